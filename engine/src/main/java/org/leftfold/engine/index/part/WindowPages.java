package org.leftfold.engine.index.part;

/**
 * Pages for reading a part from the beginning to the end, past the cache: in rows of 128 KiB, the
 * last four of which are kept, for the tree of keys, its leaves and a list lie apart. One thread.
 */
final class WindowPages extends Pages {
    static final int WINDOW_PAGES = 32;

    private static final int WINDOWS = 4;

    private final Window[] windows = new Window[WINDOWS]; // the last used one first
    private byte[] buffer = new byte[0]; // of a whole window, once one is read

    private static final class Window {
        final long first;
        final byte[][] pages;

        Window(long first, byte[][] pages) {
            this.first = first;
            this.pages = pages;
        }
    }

    WindowPages(PartFile file) {
        super(file);
        for (int i = 0; i < WINDOWS; i++) {
            windows[i] = new Window(-1, new byte[0][]);
        }
    }

    @Override
    byte[] load(long number) {
        long first = number - number % WINDOW_PAGES;
        Window window = windows[0];
        if (window.first != first) {
            window = find(first);
        }
        return window.pages[(int) (number - first)];
    }

    private Window find(long first) {
        int at = 1;
        while (at < WINDOWS - 1 && windows[at].first != first) {
            at++;
        }
        Window found = windows[at];
        if (found.first != first) {
            found = read(first);
        }
        System.arraycopy(windows, 0, windows, 1, at);
        windows[0] = found;
        return found;
    }

    private Window read(long first) {
        long left = footer().pageCount() - first;
        if (left >= WINDOW_PAGES) {
            if (buffer.length == 0) {
                buffer = new byte[WINDOW_PAGES * PartFormat.PAGE_BYTES];
            }
            return new Window(first, file().readRow(first, buffer));
        }
        byte[] rest = new byte[(int) left * PartFormat.PAGE_BYTES];
        return new Window(first, file().readRow(first, rest));
    }
}

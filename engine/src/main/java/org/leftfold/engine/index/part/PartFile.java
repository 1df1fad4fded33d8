package org.leftfold.engine.index.part;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/** The file of a part, open for reading, page by page. Any thread. */
final class PartFile {
    /** Numbers the files opened by this process; a cached page is known by that number. */
    private static final AtomicLong NEXT_ID = new AtomicLong(1);

    private final DataFile file;
    private final Footer footer;
    private final long id = NEXT_ID.getAndIncrement();
    private final AtomicLongArray checked; // a bit a page: its checksum was compared

    private PartFile(DataFile file, Footer footer) {
        this.file = file;
        this.footer = footer;
        this.checked = new AtomicLongArray((int) (footer.pageCount() / Long.SIZE + 1));
    }

    static PartFile open(Directory directory, String name, UUID storeId) throws IOException {
        DataFile file = directory.open(name, Directory.Access.READ);
        try {
            Footer footer = readFooter(file, storeId);
            file.expectStableReads();
            return new PartFile(file, footer);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static Footer readFooter(DataFile file, UUID storeId) throws IOException {
        long byteCount = file.size();
        if (byteCount == 0 || byteCount % PartFormat.PAGE_BYTES != 0) {
            throw new Corruption(
                    file.name(),
                    byteCount,
                    "its %d bytes are no whole number of pages".formatted(byteCount));
        }
        byte[] page = new byte[PartFormat.PAGE_BYTES];
        long offset = byteCount - PartFormat.PAGE_BYTES;
        int found = file.read(offset, ByteBuffer.wrap(page));
        if (found < page.length) {
            throw new Corruption(file.name(), offset + found, "the file ends inside a page");
        }
        return Footer.decode(file.name(), page, storeId, byteCount / PartFormat.PAGE_BYTES);
    }

    /** Unique among all files that this process opens. */
    long id() {
        return id;
    }

    Footer footer() {
        return footer;
    }

    String name() {
        return file.name();
    }

    /** Reads a page and compares its checksum. */
    byte[] read(long number) {
        byte[] page = new byte[PartFormat.PAGE_BYTES];
        read(number, page);
        check(number, page);
        return page;
    }

    /** Reads a row of pages, as many as fit into the target, and compares their checksums. */
    byte[][] readRow(long first, byte[] target) {
        read(first, target);
        byte[][] pages = new byte[target.length / PartFormat.PAGE_BYTES][];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new byte[PartFormat.PAGE_BYTES];
            System.arraycopy(target, i * PartFormat.PAGE_BYTES, pages[i], 0, PartFormat.PAGE_BYTES);
            check(first + i, pages[i]);
        }
        return pages;
    }

    /** Whether a page was read here and its checksum was right. */
    boolean isChecked(long number) {
        return number >= 0
                && number < footer.pageCount()
                && (checked.getOpaque((int) (number / Long.SIZE)) & (1L << number)) != 0;
    }

    /** A page that was read before, if it is mapped, checked once more; else null. */
    byte @Nullable [] readQuickly(long number) {
        if (!isChecked(number)) {
            return null;
        }
        byte[] page = new byte[PartFormat.PAGE_BYTES];
        if (!file.readQuickly(number * PartFormat.PAGE_BYTES, page)) {
            return null;
        }
        check(number, page);
        return page;
    }

    /** What it is read from. */
    DataFile data() {
        return file;
    }

    private void read(long number, byte[] target) {
        long offset = number * PartFormat.PAGE_BYTES;
        int found;
        try {
            found = file.read(offset, ByteBuffer.wrap(target));
        } catch (ClosedChannelException e) {
            throw StoreUnavailableException.closing("the read");
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("file " + name(), e);
        }
        if (found < target.length) {
            throw new Corruption(name(), offset + found, "the file ends too early");
        }
    }

    private void check(long number, byte[] page) {
        if (Bytes.getInt(page, PartFormat.CHECKSUM_AT)
                != PartFormat.checksum(page, footer.header(), number)) {
            throw damage(number, "the checksum of the page does not match");
        }
        int word = (int) (number / Long.SIZE);
        long bit = 1L << number;
        if ((checked.getOpaque(word) & bit) == 0) {
            checked.accumulateAndGet(word, bit, (a, b) -> a | b);
        }
    }

    /** A page is wrong. */
    Corruption damage(long page, String what) {
        return new Corruption(name(), page * PartFormat.PAGE_BYTES, what);
    }

    void close() throws IOException {
        file.close();
    }
}

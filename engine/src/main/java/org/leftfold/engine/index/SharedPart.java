package org.leftfold.engine.index;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.engine.index.part.Part;
import org.leftfold.io.Directory;

/**
 * A part that several views use: it is closed when the last of them is gone, and its file deleted
 * if something else has taken its place.
 */
final class SharedPart {
    private final Directory directory;
    private final Part part;
    private final AtomicInteger views = new AtomicInteger();
    private final AtomicBoolean replaced = new AtomicBoolean();

    SharedPart(Directory directory, Part part) {
        this.directory = directory;
        this.part = part;
    }

    Part part() {
        return part;
    }

    void hold() {
        views.incrementAndGet();
    }

    /** Says that the file is not needed any more when the last view is gone. */
    void replace() {
        replaced.set(true);
    }

    void release() {
        if (views.decrementAndGet() > 0) {
            return;
        }
        try {
            part.close();
            if (replaced.get()) {
                directory.delete(part.name());
            }
        } catch (IOException | RuntimeException | Error e) {
            // the file stays, and the next opening of the store finds that nobody needs it; the
            // others have to be released too
            replaced.set(false);
        }
    }
}

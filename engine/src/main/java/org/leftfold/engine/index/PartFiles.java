package org.leftfold.engine.index;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.IndexKey.Kind;
import org.leftfold.engine.index.part.PageCache;
import org.leftfold.engine.index.part.Part;
import org.leftfold.engine.index.part.PartCursor;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;

/**
 * The files of the index. Their names say what they cover, so there is no list of them that could
 * be wrong: from position 1 on the longest file counts, and then the longest that begins where it
 * ends. Others were merged into one that counts, and are left from a crash.
 */
final class PartFiles {
    private static final Pattern NAME =
            Pattern.compile("(\\d{16})-(\\d{16})" + Pattern.quote(StoreFiles.INDEX));

    private static final Pattern OWN =
            Pattern.compile(
                    "\\d{16}-\\d{16}" + Pattern.quote(StoreFiles.INDEX) + "(\\.spool)?(\\.tmp)?");
    private static final int LISTINGS = 5;

    private final Directory directory;
    private final UUID storeId;
    private final long cacheBytes;
    private @Nullable PageCache cache; // guarded by this; made when there is something to keep

    /** The files in a directory, of which pages are kept in so much memory. */
    PartFiles(Directory directory, UUID storeId, long cacheBytes) {
        this.directory = directory;
        this.storeId = storeId;
        this.cacheBytes = cacheBytes;
    }

    Directory directory() {
        return directory;
    }

    UUID storeId() {
        return storeId;
    }

    /** Opens one part. */
    Part open(String name) throws IOException {
        return Part.open(directory, name, cache(), storeId);
    }

    private synchronized PageCache cache() {
        PageCache made = cache;
        if (made == null) {
            made = new PageCache(cacheBytes);
            cache = made;
        }
        return made;
    }

    /** The file of the positions above {@code after} up to {@code to}. */
    static String nameOf(long after, long to) {
        return "%016d-%016d%s".formatted(after, to, StoreFiles.INDEX);
    }

    private record Named(String name, long after, long to) {}

    /** What there is to go on with. */
    record Found(List<Part> parts, List<String> problems) {}

    /**
     * Opens the parts that count, as far as they are good; what is behind a bad one has to be built
     * anew.
     */
    Found openAll() throws IOException {
        Found found = openListed();
        for (int i = 1; found == null && i < LISTINGS; i++) {
            found = openListed();
        }
        return found == null ? new Found(List.of(), List.of("files come and go")) : found;
    }

    /** Null if a file that was listed is gone: the process that writes has merged it just now. */
    private @Nullable Found openListed() throws IOException {
        List<Named> left = list();
        List<Part> parts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try {
            Named next = longest(left, 0);
            while (next != null) {
                Part part = open(next, problems);
                if (part == null) {
                    left.remove(next);
                    next = longest(left, next.after());
                } else {
                    parts.add(part);
                    next = longest(left, next.to());
                }
            }
        } catch (NoSuchFileException e) {
            Closing.all(parts, e);
            return null;
        } catch (IOException | RuntimeException | Error e) {
            Closing.all(parts, e);
            throw e;
        }
        return new Found(parts, problems);
    }

    private @Nullable Part open(Named named, List<String> problems) throws IOException {
        try {
            Part part = open(named.name());
            if (part.header().after() == named.after() && part.header().to() == named.to()) {
                return part;
            }
            part.close();
            problems.add("%s holds %s".formatted(named.name(), part.header()));
        } catch (Corruption | IncompatibleStoreException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private List<Named> list() throws IOException {
        List<Named> all = new ArrayList<>();
        for (String name : directory.list()) {
            Matcher parts = NAME.matcher(name);
            if (parts.matches()) {
                all.add(
                        new Named(
                                name,
                                Long.parseLong(parts.group(1)),
                                Long.parseLong(parts.group(2))));
            }
        }
        return all;
    }

    private static @Nullable Named longest(List<Named> all, long after) {
        return all.stream()
                .filter(named -> named.after() == after && named.to() > after)
                .max(Comparator.comparingLong(Named::to))
                .orElse(null);
    }

    /** Deletes all files of the index that are none of {@code parts}. */
    void deleteOthers(List<Part> parts) throws IOException {
        List<String> kept = parts.stream().map(Part::name).toList();
        for (String name : directory.list()) {
            if (OWN.matcher(name).matches() && !kept.contains(name)) {
                directory.delete(name);
            }
        }
    }

    /** The parts for the views of an index. */
    List<SharedPart> share(List<Part> parts) {
        List<SharedPart> shared = new ArrayList<>();
        parts.forEach(part -> shared.add(new SharedPart(directory, part)));
        return shared;
    }

    /**
     * Reads which streams the parts know to be truncated. A part that turns out to be damaged, and
     * what is behind it, is left out: it is made anew from the log.
     */
    static List<Part> usable(
            List<Part> parts, TruncatedStreams truncated, Consumer<String> noticed) {
        List<Part> usable = new ArrayList<>();
        try {
            for (Part part : parts) {
                addTruncated(part, truncated);
                usable.add(part);
            }
        } catch (Corruption e) {
            noticed.accept(String.valueOf(e.getMessage()));
            Closing.all(parts.subList(usable.size(), parts.size()), e);
        } catch (RuntimeException | Error e) {
            Closing.all(parts, e);
            throw e;
        }
        return usable;
    }

    private static void addTruncated(Part part, TruncatedStreams truncated) {
        if (!part.holds(Kind.TRUNCATION)) {
            return;
        }
        PartCursor cursor = part.entries(IndexKey.of(Kind.TRUNCATION, ""));
        while (cursor.next()) {
            truncated.add(StreamName.ofStored(cursor.key().text()));
        }
    }
}

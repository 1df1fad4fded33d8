package org.leftfold.engine.side;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.NameRule;
import org.leftfold.engine.log.Corruption;

/**
 * Keys in the file {@link SideFiles#KEYS}, which a backup of events leaves out. A new key is
 * {@value #KEY_BYTES} random bytes, wrapped before anything is stored. Keys stay on disk; memory
 * takes 13 to 26 bytes a subject, forgotten ones included.
 *
 * <p>Forgetting makes a tombstone durable, then overwrites the keys in place with zeros and forces
 * that too; a crash between the two is made up for when the store is opened. When the file is made
 * anew, the blocks that become free are overwritten as well, as far as the file system lets us: a
 * disk or file system that copies on write may still have the wrapped key, so the master key
 * matters.
 *
 * <p>Subject ids are stored as salted hashes only (see {@link KeyRecords}), to which the wrapping
 * is bound, so that keys can be wrapped anew without the ids. The salt lies in the same file:
 * whoever has the file and a guess can test the guess.
 */
public final class DurableKeyStore extends RecordStore implements KeyStore {
    /** Length of a new key: what AES-256 needs. */
    static final int KEY_BYTES = 32;

    private final KeyWrapping wrapping;
    private final SubjectTable table;
    private long liveBytes; // guarded by the store's lock, as the table

    /** A record of a key. */
    private record Place(long offset, int contentBytes, SubjectKey key) {}

    /** What is stored about a subject, up to {@code end} in the file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Located(byte[] hash, List<Place> places, boolean forgotten, long end) {
        boolean isUnknown() {
            return places.isEmpty() && !forgotten;
        }

        List<SubjectKey> keys() {
            return places.stream()
                    .map(Place::key)
                    .sorted(Comparator.comparingInt(SubjectKey::keyVersion))
                    .toList();
        }

        Optional<SubjectKey> current() {
            return forgotten
                    ? Optional.empty()
                    : places.stream()
                            .map(Place::key)
                            .max(Comparator.comparingInt(SubjectKey::keyVersion));
        }

        Optional<SubjectKey> find(int keyVersion) {
            return forgotten
                    ? Optional.empty()
                    : places.stream()
                            .map(Place::key)
                            .filter(key -> key.keyVersion() == keyVersion)
                            .findAny();
        }
    }

    private DurableKeyStore(SideHome home, KeyWrapping wrapping, int floorBytes, int hashBits) {
        super(home, FileKind.KEYS, floorBytes);
        this.wrapping = wrapping;
        this.table = new SubjectTable(hashBits);
    }

    /**
     * Opens the store of a directory, making its file if it is missing.
     *
     * @param wrapping encrypts new keys
     * @throws Corruption if the file is damaged (LF-4001)
     * @throws org.leftfold.api.StoreUnavailableException if it cannot be read or written (LF-3003,
     *     LF-3005)
     */
    public static DurableKeyStore open(SideHome home, KeyWrapping wrapping) {
        return open(home, wrapping, COMPACTION_FLOOR_BYTES, SubjectTable.HASH_BITS);
    }

    static DurableKeyStore open(SideHome home, KeyWrapping wrapping, int floorBytes, int hashBits) {
        DurableKeyStore store = new DurableKeyStore(home, wrapping, floorBytes, hashBits);
        store.openFile();
        return store;
    }

    @Override
    public Optional<SubjectKey> currentOrNew(String subject) {
        NameRule.checkUnseen("key subject", subject);
        Located known =
                perform(() -> {
                    Located located = locate(subject);
                    return new Outcome<>(located, located.end);
                });
        if (!known.isUnknown()) {
            return known.current();
        }
        Payload wrapped = newKey(known.hash, 1); // outside of the lock: it may take its time
        return perform(() -> {
            Located located = locate(subject);
            return located.isUnknown()
                    ? stored(subject, located, 1, wrapped)
                    : new Outcome<>(located.current(), located.end);
        });
    }

    @Override
    public Optional<SubjectKey> renew(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        checkVersion(keyVersion);
        Optional<SubjectKey> known = currentOrNew(subject);
        if (known.isEmpty() || known.get().keyVersion() != keyVersion) {
            return known;
        }
        Payload wrapped = newKey(hash(subject), keyVersion + 1);
        return perform(() -> {
            Located located = locate(subject);
            Optional<SubjectKey> current = located.current();
            return current.isPresent() && current.get().keyVersion() == keyVersion
                    ? stored(subject, located, keyVersion + 1, wrapped)
                    : new Outcome<>(current, located.end);
        });
    }

    private Outcome<Optional<SubjectKey>> stored(
            String subject, Located located, int keyVersion, Payload wrapped) throws IOException {
        byte[] content = KeyRecords.key(located.hash, keyVersion, wrapped.toByteArray());
        add(RecordType.KEY, content, true);
        return new Outcome<>(Optional.of(KeyRecords.keyOf(subject, content)), file().end());
    }

    private Payload newKey(byte[] hash, int keyVersion) {
        byte[] plain = new byte[KEY_BYTES];
        home().machine().entropy().fill(plain);
        return wrapped(hash, keyVersion, plain);
    }

    /** Overwrites the plain key. */
    private Payload wrapped(byte[] hash, int keyVersion, byte[] plain) {
        try {
            Payload wrapped = wrapping.wrap(KeyRecords.holder(hash), keyVersion, plain);
            if (wrapped.sizeBytes() == 0 || wrapped.sizeBytes() > KeyWrapping.MAX_WRAPPED_BYTES) {
                throw new IllegalStateException(
                        "a wrapped key has %d bytes, 1 to %d are allowed"
                                .formatted(wrapped.sizeBytes(), KeyWrapping.MAX_WRAPPED_BYTES));
            }
            return wrapped;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    @Override
    public Optional<SubjectKey> find(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        checkVersion(keyVersion);
        return perform(() -> {
            Located located = locate(subject);
            return new Outcome<>(located.find(keyVersion), located.end);
        });
    }

    private static void checkVersion(int keyVersion) {
        if (keyVersion < 1) {
            throw InvalidRequestException.number(
                    "key version", keyVersion, "it must be at least 1");
        }
    }

    @Override
    public boolean isForgotten(String subject) {
        NameRule.checkUnseen("key subject", subject);
        return perform(() -> {
            Located located = locate(subject);
            return new Outcome<>(located.forgotten, located.end);
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>The file is made anew with all keys in their new form, so that it holds one form or the
     * other after a crash, never both. Other calls wait until that is done.
     */
    @Override
    public long rewrap() {
        long[] count = {0};
        replaceFile(sink -> {
            count[0] = 0;
            writeSurvivors((type, content) -> {
                if (type == RecordType.KEY && !wrapping.isCurrent(KeyRecords.keyOf("-", content))) {
                    count[0]++;
                    sink.add(type, rewrapped(content));
                } else {
                    sink.add(type, content);
                }
            });
        });
        return count[0];
    }

    private byte[] rewrapped(byte[] content) {
        byte[] hash = Arrays.copyOf(content, KeyRecords.HASH_BYTES);
        SubjectKey key = KeyRecords.keyOf("-", content); // whose it is, nobody needs to know
        Payload wrapped = wrapped(hash, key.keyVersion(), wrapping.unwrap(key));
        return KeyRecords.key(hash, key.keyVersion(), wrapped.toByteArray());
    }

    @Override
    public List<SubjectKey> forget(String subject) {
        NameRule.checkUnseen("key subject", subject);
        return perform(() -> {
            Located located = locate(subject);
            if (located.forgotten) {
                return new Outcome<>(List.of(), located.end);
            }
            long[] keys = located.places.stream().mapToLong(Place::offset).toArray();
            add(RecordType.TOMBSTONE, KeyRecords.tombstone(located.hash, keys), true);
            for (Place place : located.places) {
                file().eraseContent(place.offset, place.contentBytes);
            }
            return new Outcome<>(located.keys(), file().end());
        });
    }

    /** Reads what is stored about a subject. */
    private Located locate(String subject) throws IOException {
        byte[] hash = hash(subject);
        List<Place> places = new ArrayList<>();
        boolean forgotten = false;
        long end = 0;
        for (long offset : table.candidates(hash)) {
            RecordFile.Stored stored = file().read(offset);
            byte[] content = stored.content();
            if (!KeyRecords.isOf(content, hash)) {
                continue;
            }
            end = Math.max(end, offset + RecordFormat.recordBytes(content.length));
            if (stored.type() == RecordType.TOMBSTONE) {
                forgotten = true;
            } else {
                places.add(new Place(offset, content.length, KeyRecords.keyOf(subject, content)));
            }
        }
        return new Located(hash, places, forgotten, end);
    }

    private byte[] hash(String subject) {
        return KeyRecords.hash(file().salt(), subject);
    }

    @Override
    void reset() {
        table.clear();
        liveBytes = 0;
    }

    @Override
    void applied(long offset, byte type, byte[] content) throws IOException {
        liveBytes += RecordFormat.recordBytes(content.length);
        if (type == RecordType.KEY) {
            table.add(content, offset);
            return;
        }
        boolean known = false;
        for (long key : KeyRecords.erasedBy(content)) {
            if (table.replace(content, key, offset)) {
                liveBytes -= file().headAt(key).recordBytes();
                known = true;
            }
        }
        if (!known) {
            table.add(content, offset);
        }
    }

    @Override
    long liveBytes() {
        return liveBytes;
    }

    @Override
    void writeSurvivors(RecordSink sink) throws IOException {
        for (long offset : table.offsets()) {
            RecordFile.Stored stored = file().read(offset);
            byte[] content = stored.content();
            if (stored.type() == RecordType.TOMBSTONE) {
                content = Arrays.copyOf(content, KeyRecords.HASH_BYTES); // its keys are gone
            }
            sink.add(stored.type(), content);
        }
    }
}

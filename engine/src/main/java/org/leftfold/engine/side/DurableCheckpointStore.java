package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.NameRule;

/**
 * Checkpoints in the file {@link SideFiles#CHECKPOINTS}. All of them are in memory, about 300 bytes
 * each, forgotten ones with their fence included. Saves of several threads share a force.
 *
 * <pre>
 * checkpoint:  text follower    i64 fence    text checkpoint, empty if it was forgotten
 * </pre>
 */
public final class DurableCheckpointStore extends RecordStore implements CheckpointStore {
    private record Saved(Optional<Checkpoint> checkpoint, long fence, long start, int recordBytes) {
        long end() {
            return start + recordBytes;
        }
    }

    private static final Saved NOTHING = new Saved(Optional.empty(), 0, 0, 0);

    private final Map<String, Saved> followers = new HashMap<>(); // guarded by the store's lock
    private long liveBytes;

    private DurableCheckpointStore(SideHome home, int floorBytes) {
        super(home, FileKind.CHECKPOINTS, floorBytes);
    }

    /**
     * Opens the store of a directory, making its file if it is missing.
     *
     * @throws org.leftfold.engine.log.Corruption if the file is damaged (LF-4001)
     * @throws org.leftfold.api.StoreUnavailableException if it cannot be read or written (LF-3003,
     *     LF-3005)
     */
    public static DurableCheckpointStore open(SideHome home) {
        return open(home, COMPACTION_FLOOR_BYTES);
    }

    static DurableCheckpointStore open(SideHome home, int floorBytes) {
        DurableCheckpointStore store = new DurableCheckpointStore(home, floorBytes);
        store.openFile();
        return store;
    }

    @Override
    public Optional<Checkpoint> load(String follower) {
        NameRule.check("follower name", follower);
        return perform(() -> {
            Saved saved = followers.getOrDefault(follower, NOTHING);
            return new Outcome<>(saved.checkpoint, saved.end());
        });
    }

    @Override
    public boolean save(String follower, Checkpoint checkpoint, long fence) {
        NameRule.check("follower name", follower);
        Objects.requireNonNull(checkpoint, "checkpoint");
        if (fence < 0) {
            throw InvalidRequestException.number("fence", fence, "it must not be negative");
        }
        byte[] content = content(follower, fence, checkpoint.toString());
        return perform(() -> {
            Saved saved = followers.getOrDefault(follower, NOTHING);
            if (fence < saved.fence) {
                return new Outcome<>(false, saved.end());
            }
            add(RecordType.CHECKPOINT, content, true);
            return new Outcome<>(true, file().end());
        });
    }

    @Override
    public void forget(String follower) {
        NameRule.check("follower name", follower);
        perform(() -> {
            Saved saved = followers.getOrDefault(follower, NOTHING);
            if (saved.checkpoint.isEmpty()) {
                return new Outcome<>(false, saved.end());
            }
            add(RecordType.CHECKPOINT, content(follower, saved.fence, ""), true);
            return new Outcome<>(true, file().end());
        });
    }

    private static byte[] content(String follower, long fence, String checkpoint) {
        byte[] name = Fields.utf8(follower);
        byte[] text = Fields.utf8(checkpoint);
        byte[] content = new byte[Fields.textBytes(name) + Long.BYTES + Fields.textBytes(text)];
        ByteBuffer target = Fields.of(content);
        Fields.putText(target, name);
        target.putLong(fence);
        Fields.putText(target, text);
        return content;
    }

    @Override
    void reset() {
        followers.clear();
        liveBytes = 0;
    }

    @Override
    void applied(long offset, byte type, byte[] content) {
        ByteBuffer source = Fields.of(content);
        String follower = Fields.text(source);
        long fence = source.getLong();
        String text = Fields.text(source);
        int recordBytes = RecordFormat.recordBytes(content.length);
        Saved saved =
                new Saved(
                        text.isEmpty() ? Optional.empty() : Optional.of(Checkpoint.parse(text)),
                        fence,
                        offset,
                        recordBytes);
        Saved before = followers.put(follower, saved);
        liveBytes += recordBytes - (before == null ? 0 : before.recordBytes);
    }

    @Override
    long liveBytes() {
        return liveBytes;
    }

    @Override
    void writeSurvivors(RecordSink sink) throws IOException {
        for (Map.Entry<String, Saved> entry : followers.entrySet()) {
            Saved saved = entry.getValue();
            String text = saved.checkpoint.map(Checkpoint::toString).orElse("");
            sink.add(RecordType.CHECKPOINT, content(entry.getKey(), saved.fence, text));
        }
    }
}

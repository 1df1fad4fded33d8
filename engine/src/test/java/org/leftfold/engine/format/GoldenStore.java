package org.leftfold.engine.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.testkit.tck.ListBackup;

/**
 * Writes the stored example: a small store with everything that format 1 knows. Times and event ids
 * are fixed; the identity of the store is not.
 */
final class GoldenStore {
    static final StreamName KEPT = new StreamName("order-kept");
    static final StreamName TRUNCATED = new StreamName("order-truncated");
    static final StreamName DELETED = new StreamName("customer-deleted");
    static final StreamName RESTORED = new StreamName("order-restored");
    static final StreamName SCAVENGED = new StreamName("order-scavenged");
    static final StreamName UNICODE = new StreamName("straße-zürich-日本-\uD83D\uDC18");
    static final Instant BEGINNING = Instant.parse("0001-01-01T00:00:00Z");
    static final Instant END = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final int STREAMS_AT_ONCE = 256;

    private final Path directory;
    private final AtomicReference<Instant> now = new AtomicReference<>(BEGINNING.plusSeconds(1));
    private final EmbeddedOptions options =
            EmbeddedOptions.defaults().clock(now::get).segmentBytes(4096, 8192);
    private long ids;

    private GoldenStore(Path directory) {
        this.directory = directory;
    }

    /** Makes the store in an empty directory, by three openings. */
    static void write(Path directory) throws IOException {
        GoldenStore golden = new GoldenStore(directory);
        golden.firstOpening();
        golden.secondOpening();
        golden.thirdOpening();
        Files.writeString(directory.resolve("attachment-note"), "of a tool\n");
    }

    /** Each kind of event; times below the base time of the segment, and above it. */
    private void firstOpening() {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, options)) {
            store.admin().restore(new ListBackup(restored()), position -> {});
            now.set(BEGINNING);
            append(store, KEPT, event("Empty", new byte[0]));
            now.set(BEGINNING.plusNanos(1000));
            append(store, KEPT, event("OneByte", new byte[] {7}));
            now.set(Instant.parse("1969-12-31T23:59:59.999999Z"));
            append(store, KEPT, event("Zeros", new byte[40]), event("Bytes", allBytes()));
            now.set(Instant.parse("2026-01-02T03:04:05.678901Z"));
            append(store, UNICODE, unicode());
            append(store, KEPT, rich());
            store.append(
                    Append.to(DELETED, ExpectedVersion.noStream(), event("Made"), event("Made"))
                            .andTo(TRUNCATED, ExpectedVersion.noStream(), event("Made"))
                            .andTo(KEPT, ExpectedVersion.streamExists(), event("Made")));
            appendAtOnce(store);
        }
    }

    /** Acts, an append with very many streams, and one that is larger than a usual segment. */
    private void secondOpening() {
        now.set(Instant.parse("2026-01-01T00:00:00Z")); // the clock went back: times do not
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, options)) {
            append(store, TRUNCATED, event("Made"), event("Made"), event("Made"));
            AdminAct act = new AdminAct("José", "Aufbewahrung \"vorbei\"");
            store.admin().truncate(TRUNCATED, 3, act);
            store.admin().delete(DELETED, new AdminAct("root", "asked for"));
            append(store, DELETED, event("MadeAgain"));
            List<NewEvent> many = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                many.add(
                        event(
                                "Counted",
                                ("{\"n\":" + i + "}")
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
            append(store, KEPT, many.toArray(NewEvent[]::new));
            Append wide = Append.to(KEPT, ExpectedVersion.any(), event("Wide"));
            for (int i = 1; i < STREAMS_AT_ONCE; i++) {
                wide = wide.andTo(new StreamName("w-" + i), ExpectedVersion.any(), event("Wide"));
            }
            store.append(wide);
            append(store, KEPT, event("Large", new byte[9_000]));
            append(store, SCAVENGED, event("Long", new byte[6_000]), event("Made"));
            append(store, KEPT, event("Behind"));
        }
    }

    /** Goes on in the last segment, at the end of time; one segment is rewritten. */
    private void thirdOpening() {
        now.set(END);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, options)) {
            append(store, KEPT, event("AtTheEnd"));
            store.admin().truncate(TRUNCATED, 4, new AdminAct("root", "again"));
            store.admin().delete(SCAVENGED, new AdminAct("root", "too long"));
            store.admin().scavenge(position -> {});
            append(store, KEPT, event("AfterTheEnd"));
        }
    }

    /** Two events of which nothing but the place is left, and one behind them. */
    private List<Backup.Entry> restored() {
        NewEvent kept = event("Restored").withTags("was:kept");
        return List.of(
                new Backup.Removed(1, RESTORED, 1, nextId(), BEGINNING, true),
                new Backup.Removed(2, RESTORED, 2, nextId(), BEGINNING, true),
                new Backup.Kept(
                        new RecordedEvent(
                                3,
                                RESTORED,
                                3,
                                kept.id(),
                                kept.type(),
                                kept.schemaVersion(),
                                BEGINNING,
                                kept.payload(),
                                kept.metadata(),
                                kept.tags()),
                        true),
                new Backup.Act(RESTORED, 3, new AdminAct("root", "long ago"), BEGINNING));
    }

    private static void append(EmbeddedEventStore store, StreamName stream, NewEvent... events) {
        store.append(stream, ExpectedVersion.any(), events);
    }

    /** Several appends in one group, so that frames have a mark before them. */
    private void appendAtOnce(EmbeddedEventStore store) {
        List<CompletableFuture<AppendResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(
                    store.appendAsync(
                            Append.to(
                                    KEPT,
                                    ExpectedVersion.any(),
                                    event("AtOnce").withTags("n:" + i))));
        }
        results.forEach(CompletableFuture::join);
    }

    private NewEvent event(String type) {
        return event(type, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private NewEvent event(String type, byte[] payload) {
        return NewEvent.of(type, Payload.of(payload)).withId(nextId());
    }

    private EventId nextId() {
        ids++;
        return new EventId(new UUID(0x0123_4567_89ab_7cdeL, 0x8000_0000_0000_0000L | ids));
    }

    private NewEvent unicode() {
        return new NewEvent(
                nextId(),
                new EventType("Umgezogen-\u00e9"),
                Integer.MAX_VALUE,
                Payload.ofText("{\"stadt\":\"Zürich \uD83C\uDFD4\"}"),
                Metadata.of(Map.of("schlüssel", "wert \"\\\n\t\u0000\uD83D\uDE00", "leer", "")),
                Set.of(Tag.of("land:日本"), Tag.of("url:https://leftfold.org:443/")));
    }

    private NewEvent rich() {
        Metadata metadata =
                Metadata.none()
                        .with(Metadata.ACTOR, "alice")
                        .with(Metadata.REASON, "order")
                        .with(Metadata.CORRELATION_ID, "c-1")
                        .with(Metadata.CAUSATION_ID, "e-1")
                        .with(Metadata.TENANT, "t-1")
                        .with(Metadata.OCCURRED_AT, "2025-12-31T00:00:00Z")
                        .with("long", "x".repeat(300));
        return event("Rich")
                .withSchemaVersion(300)
                .withMetadata(metadata)
                .withTags("a:1", "a:2", "b:1", "order:4711", "z:1");
    }

    private static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}

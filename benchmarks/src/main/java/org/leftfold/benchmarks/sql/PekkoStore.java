package org.leftfold.benchmarks.sql;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.jdbc.query.javadsl.JdbcReadJournal;
import org.apache.pekko.persistence.jdbc.testkit.javadsl.SchemaUtils;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * The journal of Pekko Persistence JDBC with its defaults (it batches concurrent writes), apart
 * from the size of its pool. Streams that are written to are spread over {@value #ENTITIES} actors,
 * which stay in memory: an actor a stream would mostly measure how actors recover. Streams that
 * were loaded are persistence ids of their own.
 */
final class PekkoStore extends PostgresStore {
    private static final int ENTITIES = 1024;
    private static final long MAX_WAIT_SECONDS = 60;

    /** The serializer of byte arrays. */
    private static final int BYTES_SERIALIZER = 4;

    private static final String COPY =
            "copy event_journal (persistence_id, sequence_number, deleted, writer,"
                    + " write_timestamp, adapter_manifest, event_ser_id, event_ser_manifest,"
                    + " event_payload) from stdin";

    private final ActorSystem system;
    private final Materializer materializer;
    private final JdbcReadJournal journal;
    private final Map<String, ActorRef> entities = new ConcurrentHashMap<>();
    private volatile boolean isLoaded; // written by load, before any caller comes

    PekkoStore(OwnDatabase database) throws Exception {
        super(database, COPY);
        system = ActorSystem.create("benchmark", config(database));
        await(SchemaUtils.createIfNotExists(system).toCompletableFuture());
        materializer = Materializer.createMaterializer(system);
        journal =
                PersistenceQuery.get(system)
                        .getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.Identifier());
    }

    private static Config config(OwnDatabase database) {
        String text =
                """
                pekko {
                    loglevel = OFF
                    stdout-loglevel = OFF
                    jvm-exit-on-fatal-error = off
                    coordinated-shutdown.run-by-jvm-shutdown-hook = off
                    persistence.journal.plugin = jdbc-journal
                }
                pekko-persistence-jdbc.shared-databases.slick {
                    profile = "slick.jdbc.PostgresProfile$"
                    db {
                        url = "%1$s"
                        user = "%2$s"
                        password = "%3$s"
                        driver = org.postgresql.Driver
                        numThreads = %4$d
                        maxConnections = %4$d
                        minConnections = 4
                    }
                }
                jdbc-journal.use-shared-db = slick
                jdbc-snapshot-store.use-shared-db = slick
                jdbc-read-journal.use-shared-db = slick
                """
                        .formatted(
                                database.url(),
                                database.user(),
                                database.password(),
                                OwnDatabase.CONNECTIONS);
        return ConfigFactory.parseString(text).withFallback(ConfigFactory.load());
    }

    @Override
    public boolean canReplay() {
        return false;
    }

    private String id(String stream) {
        return isLoaded ? stream : "entity-" + Math.floorMod(stream.hashCode(), ENTITIES);
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        String id = id(stream);
        ActorRef entity =
                entities.computeIfAbsent(
                        id,
                        name ->
                                system.actorOf(
                                        Props.create(
                                                PekkoEntity.class, () -> new PekkoEntity(name))));
        List<byte[]> encoded =
                events.stream().map(event -> PekkoEvent.encode(id, stream, event)).toList();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        entity.tell(
                new PekkoEntity.Append(stream, expectedVersion, encoded, done),
                ActorRef.noSender());
        await(done);
    }

    private static void await(CompletableFuture<?> future)
            throws WrongVersionException, InterruptedException, TimeoutException {
        try {
            future.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WrongVersionException refused) {
                throw refused;
            }
            throw new IllegalStateException("Pekko failed", e);
        }
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        isLoaded = true;
        super.load(events);
    }

    @Override
    void line(PlacedEvent placed, CopyLoad to) {
        to.field(placed.stream())
                .field(placed.version())
                .field("f")
                .field("0f0f0f0f-0000-0000-0000-000000000000")
                .field(1_795_000_000_000L)
                .field("")
                .field(BYTES_SERIALIZER)
                .field("")
                .bytes(PekkoEvent.encode(placed.stream(), placed.stream(), placed.event()));
    }

    @Override
    public void replay(EventSink sink) {
        throw new UnsupportedOperationException("no read of the whole log without tags");
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) throws Exception {
                String id = id(stream);
                long[] version = {0};
                await(
                        journal.currentEventsByPersistenceId(id, 0, Long.MAX_VALUE)
                                .runWith(
                                        Sink.foreach(envelope -> {
                                            PekkoEvent event =
                                                    PekkoEvent.decode(
                                                            id, (byte[]) envelope.event());
                                            if (event.stream().equals(stream)) {
                                                version[0]++;
                                                give(version[0], event, sink);
                                            }
                                        }),
                                        materializer)
                                .toCompletableFuture());
            }

            @Override
            public void close() {}
        };
    }

    private static void give(long version, PekkoEvent event, EventSink sink) {
        sink.accept(
                version, event.stream(), version, event.type(), event.payload(), event.metadata());
    }

    @Override
    public void close() throws IOException {
        try {
            var unused = system.terminate();
            await(system.getWhenTerminated().toCompletableFuture());
        } catch (Exception e) {
            throw new IOException("Pekko did not end", e);
        } finally {
            super.close();
        }
    }
}

package org.leftfold.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.repository.Repository;
import org.leftfold.jdbc.JdbcViewStore;

/** An application that weighs crates, for tests of the command on its projections. */
final class Weighing {
    /** Views in this file of H2; in memory where it is not set. */
    static final String VIEWS = "leftfold.test.views";

    /** The rebuild says so and waits for ever at this weight, if it is set. */
    static final String STICKS_AT = "leftfold.test.sticks";

    static final String STICKS = "it sticks";

    /** What the code of today is like; changed by tests. */
    static volatile int factor = 1;

    /** The version of that code; changed by tests. */
    static volatile int version = 1;

    /** Whether the code of today can take weights below zero. */
    static volatile boolean isMended;

    static volatile InMemoryViewStore memory = new InMemoryViewStore();

    private static final EventSchema<Weighed> SCHEMA = EventSchema.of(Weighed.class);

    private Weighing() {}

    @EventName("weighed")
    record Weighed(int grams) {}

    /** A crate. */
    record Crate(int times, long grams) {}

    /** What the application tells tools. */
    public static final class Domain implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            return List.of();
        }

        @Override
        public Optional<ProjectionsBuilder> projections(Leftfold leftfold) {
            return Optional.of(builder(leftfold));
        }
    }

    /** Tells tools that there are no projections. */
    public static final class Silent implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            return List.of();
        }
    }

    static ProjectionsBuilder builder(Leftfold leftfold) {
        return leftfold.projections(views()).add(crates()).add(total());
    }

    private static ViewStore views() {
        String file = System.getProperty(VIEWS);
        if (file == null) {
            return memory;
        }
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + file);
        return JdbcViewStore.open(source);
    }

    static Projection<Crate> crates() {
        return Projection.of("crates", Crate.class, SCHEMA, Weighing::weigh)
                .version(version)
                .onError(ErrorPolicy.retry(0).thenPark())
                .build();
    }

    static Projection<Long> total() {
        return Projection.of(
                        "total",
                        Long.class,
                        SCHEMA,
                        (row, event, key) -> (row == null ? 0 : row) + event.event().grams())
                .keyedBy(Keying.single("all"))
                .parts(2)
                .build();
    }

    private static Crate weigh(@Nullable Crate row, DomainEvent<Weighed> event, String key) {
        int grams = event.event().grams();
        if (grams < 0 && !isMended) {
            throw new IllegalArgumentException("%s weighs %d".formatted(key, grams));
        }
        if (grams == Integer.getInteger(STICKS_AT, Integer.MIN_VALUE)) {
            System.out.println(STICKS);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        Crate before = row == null ? new Crate(0, 0) : row;
        return new Crate(before.times() + 1, before.grams() + (long) factor * grams);
    }

    /** Appends weights, to crates in turn. */
    static void append(EventStore store, int crates, int... grams) {
        EventCodec<Weighed> codec = Leftfold.on(store).codec(SCHEMA);
        for (int i = 0; i < grams.length; i++) {
            NewEvent event = codec.encode(new Weighed(grams[i]), Metadata.none(), Set.of());
            StreamName crate = StreamName.of("crate", String.valueOf(i % crates));
            store.append(crate, ExpectedVersion.any(), event);
        }
    }

    /** A class path that names a domain. */
    static Path application(Path folder, Class<? extends LeftfoldDomain> domain) {
        Path application = folder.resolve(domain.getSimpleName());
        Path services = application.resolve("META-INF/services");
        try {
            Files.createDirectories(services);
            Files.writeString(
                    services.resolve(LeftfoldDomain.class.getName()), domain.getName() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return application;
    }
}

package org.leftfold.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformationProvider;

/** An application whose events had other fields once, and whose design has changed. */
final class Rewriting {
    /** What a tank holds, with its unit since version 2. */
    @EventName(value = "filled", version = 2)
    record Filled(int amount, String unit) {}

    /** What it holds in all. */
    record Tank(int amount) {}

    static final class Tanks implements Decider<Filled, Tank, Filled> {
        @Override
        public Tank initialState() {
            return new Tank(0);
        }

        @Override
        public List<Filled> decide(Filled command, Tank tank) {
            return List.of(command);
        }

        @Override
        public Tank evolve(Tank tank, Filled event) {
            return new Tank(tank.amount() + event.amount());
        }
    }

    /** What the application tells tools about its things. */
    public static final class Domain implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            return List.of(tanks(leftfold));
        }
    }

    /** What it tells them about its changes. */
    public static final class Changes implements TransformationProvider {
        @Override
        public Map<String, Transformation> transformations() {
            return Map.of(
                    "doubled",
                    stored ->
                            List.of(
                                    Draft.of(stored),
                                    Draft.of(stored).into(other(stored.stream()))),
                    "broken",
                    stored -> List.of(Draft.of(stored).as("Other", 1, Payload.ofText("{}"))),
                    "odd-apart",
                    stored ->
                            List.of(
                                    Draft.of(stored)
                                            .into(
                                                    new StreamName(
                                                            stored.version() % 2 == 1
                                                                    ? "tank-odd"
                                                                    : "tank-even"))));
        }

        private static StreamName other(StreamName stream) {
            return StreamName.of("copy", stream.id());
        }
    }

    private Rewriting() {}

    static Repository<Filled, Tank, Filled> tanks(Leftfold leftfold) {
        EventSchema<Filled> schema =
                EventSchema.builder(Filled.class)
                        .event(Filled.class)
                        .upcast("filled", 1, json -> json.put("unit", "l"))
                        .build();
        return leftfold.define("tank", new Tanks(), schema).build();
    }

    /** A class path with the services of the application. */
    static Path application(Path folder) {
        try {
            Path services =
                    Files.createDirectories(folder.resolve("application/META-INF/services"));
            Files.writeString(
                    services.resolve(LeftfoldDomain.class.getName()), Domain.class.getName());
            Files.writeString(
                    services.resolve(TransformationProvider.class.getName()),
                    Changes.class.getName());
            return folder.resolve("application");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.leftfold.examples.loans;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.leftfold.api.EventStore;
import org.leftfold.api.Metadata;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.cli.xes.XesImport;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.WorkEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;
import tools.jackson.databind.node.ObjectNode;

/** The applications in a store: their schema, their repository, their views. */
public final class Loans {
    /** The first part of the names of their streams. */
    public static final String CATEGORY = "loan";

    /** The row of the work that nobody has put a name to. */
    public static final String NOBODY = "none";

    /** Version 1 of an event is what the import of the log has stored, version 2 is ours. */
    public static final EventSchema<LoanEvent> SCHEMA = schema();

    private Loans() {}

    private static EventSchema<LoanEvent> schema() {
        EventSchema.Builder<LoanEvent> builder = EventSchema.builder(LoanEvent.class);
        for (Class<?> kind : LoanEvent.class.getPermittedSubclasses()) {
            for (Class<?> event : kind.getPermittedSubclasses()) {
                EventName name = event.getAnnotation(EventName.class);
                if (name != null && name.version() == 2) {
                    builder.upcast(name.value(), 1, fromLog(event));
                }
            }
        }
        return builder.build();
    }

    private static UnaryOperator<ObjectNode> fromLog(Class<?> event) {
        if (event == Submitted.class) {
            return log -> {
                long amount = log.at("/case/AMOUNT_REQ").asLong();
                return log.removeAll().put("amount", amount);
            };
        }
        if (WorkEvent.class.isAssignableFrom(event)) {
            return log -> {
                String step = log.path("lifecycle:transition").asString();
                return log.removeAll().put("step", step);
            };
        }
        return ObjectNode::removeAll;
    }

    /** All applications. */
    public static Repository<LoanCommand, LoanState, LoanEvent> in(EventStore store) {
        return Leftfold.on(store).define(CATEGORY, new LoanDecider(), SCHEMA).build();
    }

    /** The applications, a row for each. */
    public static Projection.Builder<LoanEvent, Application> applications() {
        return Projection.of("loan-applications", Application.class, SCHEMA)
                .keyedBy(Keying.streamId());
    }

    // @start region="activities"
    /** How often each activity was done: a row for each, which most events change. */
    public static Projection.Builder<LoanEvent, Activity> activities() {
        return Projection.of("loan-activities", Activity.class, SCHEMA, Activity::count)
                .keyedBy(Keying.by(event -> event.stored().type().value()));
    }

    // @end

    /** Who did how much. */
    public static Projection.Builder<LoanEvent, Workload> workloads() {
        return Projection.of("loan-workloads", Workload.class, SCHEMA, Workload::count)
                .keyedBy(Keying.by(event -> event.actor().orElse(NOBODY)));
    }

    /** What happened on each day, by the calendar of the bank. */
    public static Projection.Builder<LoanEvent, Day> days() {
        return Projection.of("loan-days", Day.class, SCHEMA, Day::count)
                .keyedBy(Keying.by(event -> time(event).toLocalDate().toString()));
    }

    /**
     * When it happened: as the log says, which is long before it was recorded here; when it was
     * recorded, if nothing else is said.
     */
    static OffsetDateTime time(DomainEvent<?> event) {
        Optional<String> said = event.stored().metadata().value(Metadata.OCCURRED_AT);
        return said.map(OffsetDateTime::parse)
                .orElseGet(() -> event.recordedAt().atOffset(ZoneOffset.UTC));
    }

    /** What an application was at a moment of the bank's own time. */
    public static Loaded<LoanState> at(
            Repository<LoanCommand, LoanState, LoanEvent> loans, String id, Instant moment) {
        long[] version = {0};
        loans.events(
                id,
                event -> {
                    if (!time(event).toInstant().isAfter(moment)) {
                        version[0] = event.version(); // times of a trace never go back
                    }
                });
        return loans.at(id, version[0]);
    }

    /**
     * Imports the log of the bank, as {@code leftfold import --category loan} does; what is there
     * already is not imported again.
     */
    public static void importLog(EventStore store, Path log) throws IOException {
        AppendPipeline pipeline = new AppendPipeline(store);
        try (InputFile file = InputFile.open(log.toString(), InputStream.nullInputStream())) {
            new XesImport(file, pipeline, Optional.empty(), () -> {}).run(Optional.of(CATEGORY));
        }
    }

    /** How a stage is called in texts. */
    static String text(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

package org.leftfold.framework.transform;

import java.util.UUID;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;

/**
 * A copy of a store in which each event became what a transformation makes of it. The source is
 * only read. The two may be stores of any kinds; the target is new, or holds what was copied
 * before, or events in other streams.
 *
 * <pre>{@code
 * var copy = new TransformedCopy(old, fresh, "accounts", rule, new AdminAct("anna", "one stream for each account"));
 * CopyReport report = copy.run(position -> {});
 * }</pre>
 *
 * <ul>
 *   <li>The outputs stand in the order of the source; in a sharded target those of each stream.
 *   <li>Each is there exactly once, however often a run was cut short and started again.
 *   <li>Each says where it comes from: {@link Provenance}.
 *   <li>A stream {@code leftfold.copies-<identity of the source>} in the target says who copied
 *       what, when and why, and with which result it was verified.
 * </ul>
 *
 * <p>For one thread. Of two runs into one target one ends with {@link
 * org.leftfold.api.VersionConflictException}; nothing is doubled.
 */
public final class TransformedCopy {
    /** A note for so many costs nothing, and they are looked at again within a second or so. */
    private static final long NOTE_EVERY = 50_000;

    /** So many positions in front of what is to be copied are compared before. */
    private static final long LOOKED_AT_AGAIN = 500;

    private final EventStore source;
    private final EventStore target;
    private final String name;
    private final Outputs outputs;
    private final AdminAct act;
    private final long noteEvery;

    /**
     * A copy, of which nothing is done yet.
     *
     * @param name of the transformation; a copy that was begun with one goes on with no other. Give
     *     it another name whenever it gives something else
     * @param act who copies, and why; stored in the target
     */
    public TransformedCopy(
            EventStore source,
            EventStore target,
            String name,
            Transformation transformation,
            AdminAct act) {
        this(
                source,
                target,
                name,
                new Outputs(Outputs.identityOf(source), transformation),
                act,
                NOTE_EVERY);
        if (outputs.store().equals(Outputs.identityOf(target))) {
            throw TransformErrors.otherTarget("it is the source itself");
        }
    }

    private TransformedCopy(
            EventStore source,
            EventStore target,
            String name,
            Outputs outputs,
            AdminAct act,
            long noteEvery) {
        this.source = source;
        this.target = target;
        this.name = name;
        this.outputs = outputs;
        this.act = act;
        this.noteEvery = noteEvery;
    }

    /**
     * The same that notes in the target how far it is whenever it has read so many events. A run
     * that goes on looks at so many events once more, at most.
     *
     * @param events at least 1; 50,000 unless told otherwise
     */
    public TransformedCopy notingEvery(long events) {
        if (events < 1) {
            throw InvalidRequestException.number(
                    "events between notes", events, "at least 1 is needed");
        }
        return new TransformedCopy(source, target, name, outputs, act, events);
    }

    /** The identity of the source, as copied events name it. */
    public UUID sourceIdentity() {
        return outputs.store();
    }

    /**
     * Copies what the source has now and the target has not, then verifies all that was ever
     * copied, and notes it in the target if it is equal.
     *
     * @param progress told the position in the source, first of copying, then of verifying
     * @throws TransformationFailedException if the transformation fails (LF-1231); what was copied
     *     before stays
     * @throws org.leftfold.api.InvalidRequestException if the target has other events in one of the
     *     streams, or the copy was begun otherwise or with other code (LF-1234); or a sharded
     *     source is not at rest (LF-1235); what was copied before stays
     * @throws org.leftfold.api.VersionConflictException if somebody else appends to the same
     *     streams (LF-2001)
     * @throws org.leftfold.api.OutcomeUnknownException if the outcome of an append is unknown
     *     (LF-3001): start again, and it goes on
     */
    public CopyReport run(LongConsumer progress) {
        CopyNotes notes = new CopyNotes(target, outputs.store(), act);
        String checkpoint = source.checkpoint().toString();
        long upTo = Math.max(source.head(), notes.position());
        notes.begin(name, checkpoint, Outputs.isSharded(source));
        requireSameOutputs(notes.position());
        OutputWriter writer = new OutputWriter(target, outputs.store(), false);
        SourceEvents events = new SourceEvents(source, notes.position(), upTo);
        events.forEach(event -> {
            outputs.of(event).forEach(writer::add);
            if (events.read() % noteEvery == 0 && !Outputs.isSharded(source)) {
                writer.flush();
                notes.progressed(event.position());
            }
            progress.accept(event.position());
            return true;
        });
        writer.flush();
        notes.progressed(upTo);
        Verification result = verify(upTo, progress);
        if (result.isEqual()) {
            notes.verified(name, checkpoint, result);
        }
        return new CopyReport(events.read(), writer.appended(), writer.known(), result);
    }

    /**
     * What was copied last is what the transformation makes now: the name may be the same and the
     * code another. The verification at the end looks at everything; this comes before any append.
     */
    private void requireSameOutputs(long copiedUpTo) {
        long from = Math.max(0, copiedUpTo - LOOKED_AT_AGAIN);
        if (copiedUpTo > 0 && !Outputs.isSharded(source)) {
            CopyVerifier.firstDifference(
                            new SourceEvents(source, from, copiedUpTo), outputs, target)
                    .ifPresent(difference -> {
                        throw TransformErrors.otherTarget(
                                "what was copied last is not what the transformation '%s' makes of it now: %s"
                                        .formatted(name, difference));
                    });
        }
    }

    /**
     * Verifies what was copied, and changes nothing.
     *
     * @param progress told the position in the source
     * @throws org.leftfold.api.InvalidRequestException if nothing was copied, or otherwise
     *     (LF-1234)
     */
    public Verification verify(LongConsumer progress) {
        CopyNotes notes = new CopyNotes(target, outputs.store(), act);
        notes.requireSame(name);
        return verify(notes.position(), progress);
    }

    private Verification verify(long upTo, LongConsumer progress) {
        return CopyVerifier.verify(new SourceEvents(source, 0, upTo), outputs, target, progress);
    }
}

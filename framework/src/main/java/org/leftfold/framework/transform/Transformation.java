package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;

/**
 * What becomes of each stored event: nothing, one event, or several, in one stream or in several.
 *
 * <p>It depends on the event alone and always gives the same: it is asked again when an interrupted
 * run goes on, and once more to verify. What it throws ends the run (LF-1231). Pseudo events, whose
 * types begin with {@code leftfold.}, come too: they are best passed on as they are, because they
 * remember which messages were handled. Used by one thread at a time.
 */
@FunctionalInterface
public interface Transformation {
    /** What becomes of an event, in this order. */
    List<Draft> apply(RecordedEvent stored);

    /** Everything stays as it is. */
    static Transformation asItIs() {
        return stored -> List.of(Draft.of(stored));
    }

    /**
     * Everything goes into one stream, and stays as it is otherwise; but for marks of a split or
     * merge, which are about other streams.
     */
    static Transformation into(StreamName stream) {
        return stored ->
                StreamMark.isType(stored.type()) && !stored.stream().equals(stream)
                        ? List.of()
                        : List.of(Draft.of(stored).into(stream));
    }

    /**
     * Everything in the format of today: what an upcaster would make of an event at each read is
     * stored instead. An event that has the newest type and schema version already is copied as it
     * is; so are pseudo events. Tags stay, and those that the event has today are added.
     *
     * @param codecs gives the codec of the events of a stream; for an event of a stream without one
     *     the run ends (LF-1231), for a part in an older format would stay unnoticed
     */
    static Transformation upcasting(Function<StreamName, Optional<EventCodec<?>>> codecs) {
        return stored -> {
            if (EventCodec.isPseudo(stored)) {
                return List.of(Draft.of(stored));
            }
            EventCodec<?> codec =
                    codecs.apply(stored.stream())
                            .orElseThrow(() ->
                                    new InvalidRequestException(
                                            "LF-1231",
                                            "no schema was given for the events of category '%s'"
                                                    .formatted(stored.stream().category())));
            return upcast(stored, codec);
        };
    }

    private static <E> List<Draft> upcast(RecordedEvent stored, EventCodec<E> codec) {
        String type = stored.type().value();
        if (codec.schema().names().contains(type)
                && codec.schema().currentVersion(type) == stored.schemaVersion()) {
            return List.of(Draft.of(stored));
        }
        List<Draft> drafts = new ArrayList<>();
        for (DomainEvent<E> each : codec.decode(stored)) {
            if (codec.hasPersonalData(each.event())) {
                throw TransformErrors.failed(
                        "it has personal data, which an upcaster makes new and which would be encrypted differently with each run; leave such events as they are, they are upcast whenever they are read");
            }
            NewEvent today = codec.encode(each.event(), stored.metadata(), stored.tags());
            drafts.add(Draft.of(stored).with(today));
        }
        return drafts;
    }
}

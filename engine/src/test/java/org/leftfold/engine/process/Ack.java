package org.leftfold.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.AppendResult;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamWrite;

/** That an append was acknowledged: one event of it, and the place it was given. */
record Ack(long position, String stream, long version, String id) {
    private static final String END = " .";

    static List<Ack> of(List<StreamWrite> writes, AppendResult result) {
        List<Ack> acks = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            StreamWrite write = writes.get(i);
            AppendResult.Written written = result.writes().get(i);
            for (int k = 0; k < write.events().size(); k++) {
                acks.add(
                        new Ack(
                                written.firstPosition() + k,
                                write.stream().value(),
                                written.firstVersion() + k,
                                write.events().get(k).id().toString()));
            }
        }
        return acks;
    }

    static Ack of(RecordedEvent event) {
        return new Ack(
                event.position(), event.stream().value(), event.version(), event.id().toString());
    }

    /** As a line that shows whether it is whole. */
    String toLine() {
        return position + " " + stream + " " + version + " " + id + END;
    }

    /** Empty if the line was cut short when its writer was killed. */
    static Optional<Ack> parse(String line) {
        if (!line.endsWith(END)) {
            return Optional.empty();
        }
        String[] parts = line.split(" ", -1);
        return Optional.of(
                new Ack(Long.parseLong(parts[0]), parts[1], Long.parseLong(parts[2]), parts[3]));
    }
}

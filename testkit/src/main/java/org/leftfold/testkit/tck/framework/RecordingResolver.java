package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.leftfold.framework.repository.Conflict;
import org.leftfold.framework.repository.ConflictResolver;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;

/**
 * Remembers what it was asked. It keeps what was attempted, unless an event of the same kind was
 * missed: or it does always the same.
 */
final class RecordingResolver implements ConflictResolver<MemberCommand, Member, MemberEvent> {
    private final List<Conflict<MemberCommand, Member, MemberEvent>> conflicts =
            Collections.synchronizedList(new ArrayList<>());
    private final List<Resolution<MemberEvent>> always;

    RecordingResolver() {
        this.always = List.of();
    }

    RecordingResolver(Resolution<MemberEvent> always) {
        this.always = List.of(always);
    }

    List<Conflict<MemberCommand, Member, MemberEvent>> conflicts() {
        return List.copyOf(conflicts);
    }

    Conflict<MemberCommand, Member, MemberEvent> only() {
        assertEquals(1, conflicts.size(), "questions");
        return conflicts.getFirst();
    }

    @Override
    public Resolution<MemberEvent> resolve(Conflict<MemberCommand, Member, MemberEvent> conflict) {
        conflicts.add(conflict);
        if (!always.isEmpty()) {
            return always.getFirst();
        }
        boolean isSameKind =
                conflict.missed().stream()
                        .anyMatch(missed ->
                                conflict.attempted().stream()
                                        .anyMatch(each ->
                                                each.getClass() == missed.event().getClass()));
        return isSameKind ? new Resolution.Refuse<>() : new Resolution.Keep<>();
    }
}

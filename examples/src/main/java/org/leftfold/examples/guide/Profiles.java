package org.leftfold.examples.guide;

import static org.leftfold.framework.repository.CommandOptions.by;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.api.VersionConflictException;
import org.leftfold.examples.guide.Members.Join;
import org.leftfold.examples.guide.Members.Member;
import org.leftfold.examples.guide.Members.MemberCommand;
import org.leftfold.examples.guide.Members.MemberDecider;
import org.leftfold.examples.guide.Members.MemberEvent;
import org.leftfold.examples.guide.Members.Move;
import org.leftfold.examples.guide.Members.Rename;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.history.Audit;
import org.leftfold.framework.repository.ConflictResolver.Resolution;
import org.leftfold.framework.repository.Handled;
import org.leftfold.framework.repository.Repository;

/** What a repository does with members. */
final class Profiles {
    private Profiles() {}

    static void calls(
            Repository<MemberCommand, Member, MemberEvent> members, Consumer<String> say) {
        // @start region="calls"
        members.save("m1", new Join("Kim", "chess")); // it must be new
        members.update("m1", new Rename("Kim Ji-woo")); // it must exist
        members.handle("m1", new Move("Mapo-daero 1", "Seoul")); // either
        members.updateWith( // the command depends on the state
                "m1",
                member ->
                        member.city().isEmpty() ? Optional.empty() : Optional.of(new Rename("Kim")),
                by("clerk").because("typing error"));
        String city = members.ask("m1", Member::city); // asks, and changes nothing
        // @end
        say.accept(city);
    }

    static void outcome(
            Repository<MemberCommand, Member, MemberEvent> members, Consumer<String> say) {
        // @start region="message"
        Handled<Member, MemberEvent> handled =
                members.handle(
                        "m1", new Move("Sejong-daero 110", "Seoul"), trigger("moves", "msg-17"));
        switch (handled.outcome()) {
            case STORED -> say.accept("stored as version " + handled.version());
            case NOTHING -> say.accept("nothing to do");
            case DUPLICATE -> say.accept("it came before");
        }
        // @end
    }

    static void stale(
            Repository<MemberCommand, Member, MemberEvent> members, Consumer<String> say) {
        // @start region="expecting"
        try { // a form was filled in on version 1
            members.update("m1", new Rename("Lee"), by("clerk").expecting(1));
        } catch (VersionConflictException conflict) {
            say.accept("somebody was faster: it is at version " + conflict.actualVersion());
        }
        // @end
    }

    static Repository<MemberCommand, Member, MemberEvent> resolving(EventStore store) {
        // @start region="resolver"
        var members =
                Leftfold.on(store)
                        .define("member", new MemberDecider(), Members.SCHEMA)
                        .resolve(conflict -> {
                            boolean bothRename =
                                    conflict.command() instanceof Rename
                                            && conflict.missed().stream()
                                                    .anyMatch(missed ->
                                                            missed.event()
                                                                    instanceof MemberEvent.Renamed);
                            return bothRename ? new Resolution.Refuse<>() : new Resolution.Keep<>();
                        })
                        .build();
        // @end
        return members;
    }

    static void past(
            EventStore store,
            Repository<MemberCommand, Member, MemberEvent> members,
            Instant monday,
            Consumer<String> say) {
        // @start region="past"
        Member asOfVersion = members.at("m1", 2).state();
        Member asOfMonday = members.at("m1", monday).state();
        members.history("m1")
                .changesOf("name")
                .forEach(change -> say.accept(change.version() + " " + change.change()));
        Audit.of(store)
                .by("clerk")
                .from(monday)
                .forEach(event -> say.accept(event.stream() + " " + event.type()));
        // @end
        say.accept(asOfVersion + " " + asOfMonday);
    }

    static void revert(Repository<MemberCommand, Member, MemberEvent> members) {
        // @start region="revert"
        members.revert(
                "m1",
                2,
                (now, then) ->
                        List.of(
                                new MemberEvent.Renamed(then.name()),
                                new MemberEvent.Moved("", then.city())),
                by("auditor").because("entered for the wrong person"));
        // @end
    }
}

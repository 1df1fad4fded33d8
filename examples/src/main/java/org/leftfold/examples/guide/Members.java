package org.leftfold.examples.guide;

import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.codec.Upcast;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;

/** Members of a club, whose events have changed over the years. */
public final class Members {
    private Members() {}

    // @start region="schema"
    sealed interface MemberEvent {
        @EventName(value = "member-joined", version = 3)
        record Joined(String name, @Tagged String club, String country) implements MemberEvent {}

        @EventName("member-renamed")
        record Renamed(String name) implements MemberEvent {}

        @EventName("member-moved")
        record Moved(String street, String city) implements MemberEvent {}
    }

    static final EventSchema<MemberEvent> SCHEMA =
            EventSchema.builder(MemberEvent.class)
                    // version 1 had first and last name apart
                    .upcast(
                            "member-joined",
                            1,
                            json ->
                                    json.put(
                                            "name",
                                            json.get("first").asString()
                                                    + " "
                                                    + json.get("last").asString()))
                    // version 2 had no country
                    .upcast("member-joined", 2, json -> json.put("country", "KR"))
                    // the event was called so until we understood what it means
                    .renamed("member-relocated", "member-moved")
                    // one event that meant two things
                    .upcast(
                            "member-updated",
                            1,
                            Upcast.into("member-renamed", 1, json -> json.retain("name"))
                                    .and("member-moved", 1, json -> json.remove(List.of("name"))))
                    // noise
                    .dropped("member-page-viewed")
                    .build();

    // @end

    /** What one wants of a member. */
    sealed interface MemberCommand {}

    record Join(String name, String club) implements MemberCommand {}

    record Rename(String name) implements MemberCommand {}

    record Move(String street, String city) implements MemberCommand {}

    /** What a member is. */
    record Member(String name, String city) {}

    /** The rules of members. */
    static final class MemberDecider implements Decider<MemberCommand, Member, MemberEvent> {
        @Override
        public Member initialState() {
            return new Member("", "");
        }

        @Override
        public List<MemberEvent> decide(MemberCommand command, Member member) {
            return switch (command) {
                case Join join -> List.of(new MemberEvent.Joined(join.name(), join.club(), "KR"));
                case Rename rename when rename.name().equals(member.name()) -> List.of();
                case Rename rename -> List.of(new MemberEvent.Renamed(rename.name()));
                case Move move -> List.of(new MemberEvent.Moved(move.street(), move.city()));
            };
        }

        @Override
        public Member evolve(Member member, MemberEvent event) {
            return switch (event) {
                case MemberEvent.Joined joined -> new Member(joined.name(), member.city());
                case MemberEvent.Renamed renamed -> new Member(renamed.name(), member.city());
                case MemberEvent.Moved moved -> new Member(member.name(), moved.city());
            };
        }
    }

    static Repository<MemberCommand, Member, MemberEvent> onSchema(EventStore store) {
        // @start region="use"
        var members = Leftfold.on(store).define("member", new MemberDecider(), SCHEMA).build();
        // @end
        return members;
    }

    static List<String> clubNames(EventStore store) {
        // @start region="read"
        EventCodec<MemberEvent> codec = Leftfold.on(store).codec(SCHEMA);
        Query joined = Query.anyOf(SCHEMA.item(MemberEvent.Joined.class).andTags("club:chess"));
        List<String> names;
        try (var events = store.read(ReadRequest.of(joined))) {
            names =
                    events.stream()
                            .flatMap(stored -> codec.decode(stored).stream())
                            .map(event -> ((MemberEvent.Joined) event.event()).name())
                            .toList();
        }
        // @end
        return names;
    }

    static Repository<MemberCommand, Member, MemberEvent> withSnapshots(
            EventStore store, SnapshotStore snapshotStore) {
        // @start region="snapshots"
        var members =
                Leftfold.on(store)
                        .define("member", new MemberDecider(), SCHEMA)
                        .snapshots(snapshotStore, SnapshotPolicy.every(100))
                        .cache(10_000) // states that were used last, in memory
                        .build();
        // @end
        return members;
    }
}

package org.leftfold.examples.privacy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/**
 * Pseudonyms: events know a donor by a number that says nothing, and a table outside of the event
 * store says who that is. When the row is gone, so is the link; the events stay as they were.
 */
public final class BloodBank {
    private BloodBank() {}

    /** A person, never in any event. */
    public record Person(String name, String address) {}

    // @start region="pseudonyms"
    /** Who is behind a pseudonym: a table of the application, with backups that are kept short. */
    public static final class Pseudonyms {
        private final Map<String, Person> people = new ConcurrentHashMap<>();

        /** A new pseudonym; it is random, so nothing leads from the person to it. */
        public String of(Person person) {
            String pseudonym = EventId.next().toString();
            people.put(pseudonym, person);
            return pseudonym;
        }

        /** The person, unless the link was broken. */
        public Optional<Person> personBehind(String pseudonym) {
            return Optional.ofNullable(people.get(pseudonym));
        }

        /** Breaks the link. */
        public void forget(String pseudonym) {
            people.remove(pseudonym);
        }
    }

    // @end

    /** A donor has given blood. */
    @EventName("blood-donated")
    public record Donated(String donor, String bloodGroup, int millilitres) {}

    /** Counts what a donor has given. */
    public static final class DonorDecider implements Decider<Donated, Integer, Donated> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<Donated> decide(Donated command, Integer given) {
            return List.of(command);
        }

        @Override
        public Integer evolve(Integer given, Donated event) {
            return given + event.millilitres();
        }
    }

    /** Tells the story on a store; gives the pseudonym. */
    public static String run(EventStore store, Pseudonyms pseudonyms, Consumer<String> say) {
        var donors = Leftfold.on(store).repository("donor", new DonorDecider());
        String donor = pseudonyms.of(new Person("Max Mustermann", "Heidestrasse 17"));
        donors.handle(donor, new Donated(donor, "0+", 500));
        donors.handle(donor, new Donated(donor, "0+", 450));
        say.accept(
                pseudonyms.personBehind(donor).map(Person::name).orElse("somebody")
                        + " gave "
                        + donors.load(donor).state());
        pseudonyms.forget(donor);
        say.accept(
                pseudonyms.personBehind(donor).map(Person::name).orElse("somebody")
                        + " gave "
                        + donors.load(donor).state());
        return donor;
    }
}

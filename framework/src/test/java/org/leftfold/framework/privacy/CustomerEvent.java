package org.leftfold.framework.privacy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;

/** What happens to customers, with personal data of every kind. */
sealed interface CustomerEvent {
    @EventName("customer-registered")
    record Registered(
            @DataSubject @Tagged("customer") String customerId,
            @PersonalData String name,
            @PersonalData(blindedTag = "email", blindedBy = Blinding.STORE) String email,
            @PersonalData(erasedAs = "1900-01-01") LocalDate born,
            String country)
            implements CustomerEvent {}

    /** Personal data of a person and of another one. */
    @EventName("customer-introduced")
    record Introduced(
            @DataSubject String customerId,
            String friendId,
            @PersonalData String greeting,
            @PersonalData(subject = "friendId") String friendName)
            implements CustomerEvent {}

    /** An address. */
    record Address(@PersonalData String street, String city) {}

    /** How to reach somebody. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Phone.class), @JsonSubTypes.Type(Mail.class)})
    sealed interface Contact {}

    /** By phone. */
    record Phone(@PersonalData long number) implements Contact {}

    /** By mail. */
    record Mail(@PersonalData(erasedAs = "nobody@example.org") String address) implements Contact {}

    /** Personal data inside of records, lists and options. */
    @EventName("customer-moved")
    record Moved(
            @DataSubject String customerId,
            Address home,
            List<Address> others,
            Optional<Address> work,
            List<Contact> contacts)
            implements CustomerEvent {}

    /** A part of the description of a person. */
    record Trait(String kind, int weight) {}

    /** Any value at all. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its text
    @EventName("customer-described")
    record Described(
            @DataSubject long customerNumber,
            @PersonalData int age,
            @PersonalData BigDecimal income,
            @PersonalData boolean married,
            @PersonalData List<String> hobbies,
            @PersonalData Map<String, Trait> traits,
            @PersonalData Optional<String> nickname,
            @PersonalData Optional<String> title,
            @PersonalData @JsonProperty("shoe/size~eu") double shoeSize,
            @PersonalData Trait best,
            @PersonalData byte[] picture)
            implements CustomerEvent {
        @Override
        public boolean equals(Object other) {
            return other instanceof Described that && toString().equals(that.toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        @Override
        public String toString() {
            return List.of(
                            customerNumber,
                            age,
                            String.valueOf(income),
                            married,
                            hobbies,
                            traits,
                            nickname,
                            title,
                            shoeSize,
                            String.valueOf(best),
                            picture == null ? "none" : java.util.Arrays.toString(picture))
                    .toString();
        }
    }

    /** Nothing personal. */
    @EventName("customer-rated")
    record Rated(@Tagged String customerId, int stars) implements CustomerEvent {}
}

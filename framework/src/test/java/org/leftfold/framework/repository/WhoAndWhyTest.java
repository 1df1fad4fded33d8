package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;

/** An actor is a name, and a reason says something. */
class WhoAndWhyTest {
    @Test
    void an_actor_without_a_name_is_refused_before_anything_is_stored() {
        for (String actor : new String[] {"", " ", "a\nb"}) {
            assertThatThrownBy(() -> CommandOptions.by(actor))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1001: actor '...' is not allowed");
        }
    }

    @Test
    void a_reason_says_something() {
        assertThatThrownBy(() -> CommandOptions.by("anna").because(" "))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1001: reason ' ' is not allowed: it is blank");
        assertThat(CommandOptions.by("anna").because("a\nb").metadata().value(Metadata.REASON))
                .contains("a\nb");
    }
}

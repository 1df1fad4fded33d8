package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Checks of refused calls. */
final class Refusals {
    private Refusals() {}

    static InvalidRequestException of(ThrowingCallable call) {
        InvalidRequestException refusal = catchThrowableOfType(InvalidRequestException.class, call);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    static void expect(String code, ThrowingCallable call) {
        assertThat(of(call).code()).isEqualTo(code);
    }

    static void expect(String code, String part, ThrowingCallable call) {
        assertThat(of(call)).hasMessageStartingWith(code + ": ").hasMessageContaining(part);
    }
}

package org.leftfold.api;

/**
 * Who does something administrative, and why.
 *
 * @param actor a person or program, not blank
 * @param reason the intent, not blank
 */
public record AdminAct(String actor, String reason) {
    /**
     * @throws InvalidRequestException if one of them is blank or longer than a name may be
     *     (LF-1001)
     */
    public AdminAct {
        check("actor", actor);
        check("reason", reason);
    }

    private static void check(String what, String value) {
        Names.check(what, value);
        if (value.isBlank()) {
            throw Names.refuse(what, value, "it is blank");
        }
    }
}

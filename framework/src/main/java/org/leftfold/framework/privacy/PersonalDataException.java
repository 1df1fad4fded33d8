package org.leftfold.framework.privacy;

import org.leftfold.api.InvalidRequestException;

/**
 * An event cannot be encrypted, so it was not stored: its data subject was forgotten (LF-1209), or
 * personal data stands where it cannot be erased (LF-1210). The text shows neither the data nor the
 * subject.
 */
public final class PersonalDataException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private PersonalDataException(String code, String text) {
        super(code, text);
    }

    static PersonalDataException forgotten(String type, String path) {
        return new PersonalDataException(
                "LF-1209",
                "event '%s' has personal data in '%s' of a subject that was forgotten. Nothing was stored. Leave the data out, or give the person a new id."
                        .formatted(type, path));
    }

    static PersonalDataException misplaced(String type, String path, String why) {
        return new PersonalDataException(
                "LF-1210",
                "event '%s' has personal data in '%s' that cannot be kept erasable: %s. Nothing was stored."
                        .formatted(type, path, why));
    }
}

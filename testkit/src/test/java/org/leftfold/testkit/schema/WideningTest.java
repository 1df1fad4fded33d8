package org.leftfold.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideningTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "int, long",
        "int, Integer",
        "int, Long",
        "Integer, Long",
        "Integer, BigDecimal",
        "long, BigInteger",
        "double, BigDecimal",
        "String, optional String",
        "optional int, optional long",
        "set of String, list of String",
        "list of int, list of long",
        "set of enum A, set of enum A|B",
        "enum A|B, String",
        "enum A|B, enum B|C|A",
        "one of A|B, one of B|C|A",
        "UUID, String"
    })
    void a_wider_type_reads_all_that_was_stored(String before, String now) {
        assertThat(Widening.isCompatible(before, now)).isTrue();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "long, int",
        "Integer, int",
        "Integer, long",
        "int, float",
        "long, double",
        "int, String",
        "optional String, String",
        "list of String, set of String",
        "list of String, String",
        "String, list of String",
        "enum A|B, enum A",
        "one of A|B, one of B|C",
        "one of A|B, String",
        "String, enum A|B",
        "record, String",
        "map of String to int, list of int"
    })
    void any_other_type_does_not(String before, String now) {
        assertThat(Widening.isCompatible(before, now)).isFalse();
    }
}

package org.leftfold.framework.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateShapeTest {
    enum Size {
        SMALL,
        LARGE
    }

    enum Reordered {
        LARGE,
        SMALL
    }

    enum More {
        SMALL,
        LARGE,
        HUGE
    }

    record Sized(Size size) {}

    record SizedAgain(Reordered size) {}

    record SizedMore(More size) {}

    sealed interface Means {
        record Cash(int won) implements Means {}
    }

    record Paid(Means by, List<int[]> parts) {}

    sealed interface OtherMeans {
        record Cash(long won) implements OtherMeans {}
    }

    record PaidOtherwise(OtherMeans by, List<int[]> parts) {}

    record PaidInParts(Means by, List<long[]> parts) {}

    /** A list of lists, and itself inside of it; what does not count is left out. */
    @SuppressWarnings("UnusedVariable") // they are looked at by reflection
    static class Tree<T> {
        static int made;
        transient int looked;
        List<T>[] values;
        Map<String, ? extends Tree<T>> branches;
    }

    @SuppressWarnings("UnusedVariable")
    static final class SmallTree<T> {
        List<T>[] values;
        Map<String, ? extends SmallTree<T>> branches;
    }

    @SuppressWarnings("UnusedVariable")
    static final class Grown extends Tree<String> {
        int height;
    }

    private static int of(Class<?> type) {
        int version = StateShape.version(type);
        assertThat(version).isPositive().isEqualTo(StateShape.version(type));
        return version;
    }

    @Test
    void names_of_classes_and_the_order_of_constants_do_not_count() {
        assertThat(of(Sized.class)).isEqualTo(of(SizedAgain.class));
        assertThat(of(Tree.class)).isEqualTo(of(SmallTree.class));
    }

    @Test
    void constants_classes_of_a_sealed_type_elements_and_inherited_fields_count() {
        assertThat(of(SizedMore.class)).isNotEqualTo(of(Sized.class));
        assertThat(of(PaidOtherwise.class)).isNotEqualTo(of(Paid.class));
        assertThat(of(PaidInParts.class)).isNotEqualTo(of(Paid.class));
        assertThat(of(Grown.class)).isNotEqualTo(of(Tree.class));
    }

    @Test
    void the_number_is_the_same_in_every_program() {
        assertThat(of(Sized.class)).isEqualTo("[size:LARGE|SMALL]".hashCode() & Integer.MAX_VALUE);
    }
}

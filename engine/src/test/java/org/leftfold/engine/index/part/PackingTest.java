package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.leftfold.testkit.random.Seeds;

class PackingTest {
    @Test
    void numbers_of_every_width_come_back() {
        Seeds.check(
                Seeds.range(0, 65 * 5),
                (seed, random) -> {
                    int bits = (int) (seed % 65);
                    long greatest = bits == 0 ? 0 : -1L >>> (64 - bits);
                    int width = Packing.width(greatest);
                    assertThat(width).isBetween(bits, 64);
                    long[] items = new long[1 + random.nextInt(128)];
                    byte[] bytes = new byte[3 + Packing.byteCount(items.length, width) + 8];
                    for (int i = 0; i < items.length; i++) {
                        items[i] = random.nextInt(4) == 0 ? greatest : random.nextLong() & greatest;
                        Packing.put(bytes, 3, i, width, items[i]);
                    }
                    for (int i = 0; i < items.length; i++) {
                        assertThat(Packing.get(bytes, 3, i, width))
                                .as("%d of width %d", i, width)
                                .isEqualTo(items[i]);
                    }
                });
    }
}

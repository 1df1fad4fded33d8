package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
    @Test
    void a_full_disk_is_told_from_a_broken_one() {
        assertThat(DiskSpace.isUsedUp(new IOException("No space left on device"))).isTrue();
        assertThat(
                        DiskSpace.isUsedUp(
                                new FileSystemException("/a", null, "No space left on device")))
                .isTrue();
        assertThat(DiskSpace.isUsedUp(new IOException("Disk quota exceeded"))).isTrue();
        assertThat(DiskSpace.isUsedUp(new IOException("Input/output error"))).isFalse();
        assertThat(DiskSpace.isUsedUp(new IOException())).isFalse();
    }
}

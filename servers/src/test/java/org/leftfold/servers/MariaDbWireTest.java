package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MariaDbWireTest {
    private static final int QUERY = 0x03;
    private static final int CLOSE_STATEMENT = 0x19;
    private static final int FULL_PACKET = 0xff_ffff;

    private final MariaDbWire wire = new MariaDbWire();

    @Test
    void the_log_in_is_no_request() throws IOException {
        assertThat(answered(0)).isZero();
        assertThat(ends(1, 200, 0x85)).isFalse();
        assertThat(answered(2)).isZero();
        assertThat(ends(3, 20, QUERY)).isFalse();
        assertThat(answered(4)).isZero();
    }

    @Test
    void a_command_without_an_answer_is_no_request() throws IOException {
        assertThat(ends(0, 10, QUERY)).isTrue();
        assertThat(answered(1)).isEqualTo(1);
        assertThat(ends(0, 5, CLOSE_STATEMENT)).isFalse();
        assertThat(ends(0, 10, QUERY)).isTrue();
        assertThat(answered(1)).isEqualTo(2);
    }

    @Test
    void a_command_of_several_packets_is_one_request() throws IOException {
        assertThat(ends(0, 10, QUERY)).isTrue();
        assertThat(answered(1)).isEqualTo(1);
        assertThat(ends(0, FULL_PACKET, QUERY)).isFalse();
        assertThat(ends(1, FULL_PACKET, 'a')).isFalse();
        assertThat(ends(2, 0, 0)).isTrue();
        assertThat(answered(3)).isEqualTo(2);
    }

    @Test
    void commands_sent_ahead_are_answered_in_turn() throws IOException {
        assertThat(ends(0, 10, QUERY)).isTrue();
        assertThat(ends(0, 10, QUERY)).isTrue();
        assertThat(answered(1)).isEqualTo(1);
        assertThat(answered(2)).isEqualTo(1);
        assertThat(answered(1)).isEqualTo(2);
    }

    private boolean ends(int sequence, int bodyBytes, int firstByte) throws IOException {
        Wire.Head head = wire.clientHead(packet(sequence, bodyBytes));
        assertThat(head.bodyBytes()).isEqualTo(bodyBytes);
        return wire.endsRequest(head, bodyBytes == 0 ? new byte[0] : new byte[] {(byte) firstByte});
    }

    private long answered(int sequence) throws IOException {
        return wire.answeredRequest(wire.serverHead(packet(sequence, 7)));
    }

    private static ByteArrayInputStream packet(int sequence, int bodyBytes) {
        return new ByteArrayInputStream(
                new byte[] {
                    (byte) bodyBytes,
                    (byte) (bodyBytes >> 8),
                    (byte) (bodyBytes >> 16),
                    (byte) sequence
                });
    }
}

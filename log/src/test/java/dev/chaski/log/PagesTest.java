package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mapped page that cannot be read is an error, and not the end of the process, also where all code is compiled. */
class PagesTest {
    private static final int LENGTH = 64 << 10;
    /** Enough for the compiler to make one piece of the touching and the CRC. */
    private static final int WARM_UP_ROUNDS = 30_000;

    @TempDir
    private Path folder;

    private long sum;

    private void check(ByteBuffer bytes) {
        Pages.touch(bytes, 0, LENGTH);
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        sum += crc.getValue();
    }

    @Test
    void whatCannotBeReadIsThrownBeforeTheCrc() throws Exception {
        try (FileChannel file = FileChannel.open(
                folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(LENGTH));
            ByteBuffer bytes = file.map(MapMode.READ_ONLY, 0, LENGTH);
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                check(bytes);
            }
            assertThat(sum).isNotZero();
            file.truncate(LENGTH / 2);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> check(bytes)).isInstanceOf(InternalError.class);
            }
        }
    }
}

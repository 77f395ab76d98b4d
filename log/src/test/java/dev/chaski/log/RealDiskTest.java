package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RealDiskTest {
    private final Disk disk = Disk.real();

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenByPositionIsReadAndMapped() throws Exception {
        try (DiskFile file = disk.open(folder.resolve("f"));
                Arena arena = Arena.ofConfined()) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);
            ByteBuffer read = ByteBuffer.allocate(10);
            assertThat(file.read(read, 4)).isEqualTo(4);
            assertThat(read.array()).startsWith(0, 1, 2, 3);
            MemorySegment mapped = file.map(8, arena);
            assertThat(mapped.get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 3);
            assertThat(mapped.isReadOnly()).isTrue();
            assertThatThrownBy(() -> file.map(9, arena)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileIsMadeLongerWithZerosAndShorter() throws Exception {
        try (DiskFile file = disk.open(folder.resolve("f"))) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            file.resize(100);
            assertThat(file.sizeBytes()).isEqualTo(100);
            file.resize(2);
            assertThat(file.sizeBytes()).isEqualTo(2);
            ByteBuffer read = ByteBuffer.allocate(3);
            assertThat(file.read(read, 0)).isEqualTo(2);
        }
    }

    @Test
    void filesAreMovedListedAndDeleted() throws Exception {
        Path inner = folder.resolve("a/b");
        disk.makeFolder(inner);
        disk.open(inner.resolve("2")).close();
        disk.open(inner.resolve("1")).close();
        disk.move(inner.resolve("2"), inner.resolve("1"));
        disk.syncFolder(inner);
        assertThat(disk.list(inner)).containsExactly(inner.resolve("1"));
        disk.delete(inner.resolve("1"));
        disk.delete(inner.resolve("1"));
        assertThat(disk.list(inner)).isEmpty();
        assertThat(disk.list(folder.resolve("none"))).isEmpty();
        assertThat(disk.usableBytes(folder)).isPositive();
    }

    @Test
    void interruptsTakeAFileFromNobody() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (DiskFile file = disk.open(folder.resolve("f"))) {
            Thread interrupted = writer(file, 0, stop, failure);
            Thread other = writer(file, 1, stop, failure);
            await().until(file::sizeBytes, bytes -> bytes == 2 * 4096); // both are at work, or nothing is interrupted
            for (int i = 0; i < 3000; i++) {
                interrupted.interrupt();
                file.sizeBytes();
            }
            stop.set(true);
            interrupted.join();
            other.join();
            assertThat(failure.get()).isNull();
            assertThat(file.sizeBytes()).isEqualTo(2 * 4096);
        }
    }

    @Test
    void anInterruptIsStillThereAfterTheWrite() throws Exception {
        try (DiskFile file = disk.open(folder.resolve("f"))) {
            Thread.currentThread().interrupt();
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            file.sync();
            disk.syncFolder(folder);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aClosedFileStaysClosed() throws Exception {
        DiskFile file = disk.open(folder.resolve("f"));
        file.close();
        assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {1}), 0)).isInstanceOf(IOException.class);
    }

    private static Thread writer(DiskFile file, int place, AtomicBoolean stop, AtomicReference<Throwable> failure) {
        return Thread.ofPlatform().start(() -> {
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            try {
                do {
                    file.write(bytes.clear(), place * 4096L);
                    file.read(bytes.clear(), place * 4096L);
                } while (!stop.get());
            } catch (IOException e) {
                failure.set(e);
            }
        });
    }
}

package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpenPairsTest {
    @TempDir
    Path folder;

    private SegmentFiles files(OpenPairs open, int block) {
        return new SegmentFiles(Disk.real(), folder, new SegmentName(block, 0), open);
    }

    private static void use(SegmentFiles files) throws IOException {
        files.use();
        files.done();
    }

    @Test
    void noMoreStayOpenThanAllowedAndThoseUsedLatelyStay() throws Exception {
        OpenPairs open = new OpenPairs(4);
        SegmentFiles busy = files(open, 1);
        use(busy);
        for (int block = 2; block < 50; block++) {
            use(busy);
            use(files(open, block));
            assertThat(open.count()).isLessThanOrEqualTo(4);
            assertThat(busy.areOpen()).isTrue();
        }
        open.closeUnused();
        assertThat(open.count()).isZero();
        use(busy);
        assertThat(busy.areOpen()).isTrue();
        open.closeUnused();
    }

    @Test
    void whatIsBeingUsedIsNotClosedAndMoreAreOpenedBesideIt() throws Exception {
        OpenPairs open = new OpenPairs(2);
        List<SegmentFiles> used = new ArrayList<>();
        for (int block = 1; block <= 5; block++) {
            used.add(files(open, block));
            used.getLast().use();
        }
        open.closeUnused();
        assertThat(used).allMatch(SegmentFiles::areOpen);
        assertThat(open.count()).isEqualTo(5);
        used.forEach(SegmentFiles::done);
        use(files(open, 6));
        assertThat(open.count()).isLessThanOrEqualTo(2);
        open.closeUnused();
    }

    @Test
    void aFifthOfTheDescriptorsIsForSegmentsWithinBounds() {
        assertThat(OpenPairs.affordable(20_000)).isEqualTo(2_000);
        assertThat(OpenPairs.affordable(64)).isEqualTo(32);
        assertThat(OpenPairs.affordable(Long.MAX_VALUE)).isEqualTo(5_000);
        assertThat(Disk.real().descriptorsMax()).isGreaterThan(64);
    }
}

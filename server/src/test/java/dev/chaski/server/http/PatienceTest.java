package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private final Patience patience = new Patience(new HttpTimeouts(3_000, 5_000, 2_000));

    @Test
    void aConnectionThatAsksForNothingRunsOut() {
        for (int second = 1; second < 5; second++) {
            assertThat(patience.runsOut(false, false, 0, 0)).isNull();
        }
        assertThat(patience.runsOut(false, false, 0, 0)).isEqualTo("it asks for nothing");
    }

    @Test
    void whateverComesStartsTheIdleTimeAgain() {
        for (int second = 0; second < 50; second++) {
            if (second % 4 == 0) {
                patience.active();
            }
            assertThat(patience.runsOut(false, false, 0, 0)).isNull();
        }
    }

    @Test
    void nobodyIsIdleWhoWaitsForUs() {
        for (int second = 0; second < 50; second++) {
            assertThat(patience.runsOut(true, false, 0, 0)).isNull();
        }
    }

    @Test
    void aRequestThatDripsRunsOutThoughSomethingAlwaysComes() {
        for (int second = 1; second < 3; second++) {
            patience.active();
            assertThat(patience.runsOut(false, true, 0, 0)).isNull();
        }
        patience.active();
        assertThat(patience.runsOut(false, true, 0, 0)).isEqualTo("its request does not arrive");
    }

    @Test
    void aLongBodyMayTakeLongerWhileEnoughOfItComes() {
        for (int second = 1; second < 60; second++) {
            patience.active();
            assertThat(patience.runsOut(false, true, second * 2_000L, 0)).isNull();
        }
    }

    @Test
    void anAnswerThatIsNotReadRunsOutAndOneThatIsReadSlowlyDoesNot() {
        for (int second = 0; second < 50; second++) {
            assertThat(patience.runsOut(false, false, 0, 1_000 - second)).isNull();
        }
        assertThat(patience.runsOut(false, false, 0, 951)).isNull();
        assertThat(patience.runsOut(false, false, 0, 951)).isEqualTo("it does not read its answer");
    }
}

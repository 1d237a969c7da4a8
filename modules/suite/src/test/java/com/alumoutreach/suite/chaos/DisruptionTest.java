package com.alumoutreach.suite.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DisruptionTest {
    private static final int ROUNDS = 50;

    @Test
    void fiftyRoundsHitEachTargetInEachWayTenTimesAndNeverOneTwiceAtOnce() {
        List<List<Disruption>> rounds =
                IntStream.range(0, ROUNDS).mapToObj(Disruption::ofRound).toList();

        assertThat(rounds)
                .allSatisfy(round -> assertThat(round.stream().map(Disruption::target))
                        .hasSize(2)
                        .doesNotHaveDuplicates());
        Map<Disruption, Long> times = rounds.stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(times).hasSize(Disruption.COMBINATIONS);
        assertThat(times.values()).containsOnly(10L);
        assertThat(rounds.stream().distinct()).as("pairs").hasSize(ROUNDS);
    }
}

package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  /** A generator that always returns the longest pause. */
  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  @Test
  void pausesDoubleUpToAMinute() {
    Backoff backoff = new Backoff(Timing.USUAL, () -> LONGEST);
    assertEquals(
        LongStream.of(1, 2, 4, 8, 16, 32, 60, 60).mapToObj(Duration::ofSeconds).toList(),
        Stream.generate(backoff::next).limit(8).toList());
    backoff.reset();
    assertEquals(Duration.ofSeconds(1), backoff.next());
  }

  @Test
  void pausesAreSpreadFromNothingToTheBound() {
    Random random = new Random(1);
    List<Duration> first =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new Backoff(Timing.USUAL, () -> random).next())
            .sorted()
            .toList();
    assertTrue(first.getFirst().toMillis() < 20, () -> "shortest " + first.getFirst());
    assertTrue(first.getLast().toMillis() > 980, () -> "longest " + first.getLast());
    assertTrue(first.getLast().compareTo(Duration.ofSeconds(1)) <= 0);
  }
}

package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Numbers of queries by result, at one moment.
 *
 * @param numbers without those that are 0
 */
record QueryCounts(Map<Result, Integer> numbers) {

  QueryCounts {
    numbers = Map.copyOf(numbers);
  }

  /** Something that is counted of queries; one query may count several times. */
  sealed interface Result {}

  record Tested(Scope scope) implements Result {}

  record Answered(Scope scope) implements Result {}

  record Slow(Scope scope) implements Result {}

  record Failed(Scope scope, Reason reason) implements Result {}

  record Untested(Cause cause) implements Result {}

  int of(Result result) {
    return numbers.getOrDefault(result, 0);
  }

  int tested() {
    return sum(Tested.class::isInstance);
  }

  int untested() {
    return sum(Untested.class::isInstance);
  }

  /** Returns the failures for one of these reasons. */
  int failed(Predicate<Reason> reasons) {
    return sum(result -> result instanceof Failed(var _, var reason) && reasons.test(reason));
  }

  /** Returns the reasons that occurred, perhaps twice. */
  Stream<Reason> reasons() {
    return numbers.keySet().stream()
        .mapMulti(
            (result, reasons) -> {
              if (result instanceof Failed(var _, var reason)) {
                reasons.accept(reason);
              }
            });
  }

  /** Returns the causes that occurred. */
  Stream<Cause> causes() {
    return numbers.keySet().stream()
        .mapMulti(
            (result, causes) -> {
              if (result instanceof Untested(var cause)) {
                causes.accept(cause);
              }
            });
  }

  private int sum(Predicate<Result> wanted) {
    int sum = 0;
    for (Map.Entry<Result, Integer> number : numbers.entrySet()) {
      sum += wanted.test(number.getKey()) ? number.getValue() : 0;
    }
    return sum;
  }
}

package io.github.dnsonde.controller;

import io.github.dnsonde.admission.Permission;
import io.github.dnsonde.cluster.AdmissionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks the API server who may override refusals, and does not wait long: the answer to another
 * request of the API server depends on it. Thread-safe.
 */
final class PromptPermission implements Permission {

  /** The part of a webhook's three seconds that an answer may take. */
  static final Duration LONGEST = Duration.ofSeconds(1);

  /** The questions at one time, including those that nobody waits for any more. */
  static final int AT_ONCE = 4;

  private final Question question;
  private final Duration longest;
  private final Consumer<IOException> troubles;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /** Asks the API server. */
  interface Question {
    boolean mayOverride(AdmissionRequest request) throws IOException;
  }

  /**
   * Creates one without questions.
   *
   * @param troubles receives the reasons why there was no answer; called by several threads
   */
  PromptPermission(Question question, Duration longest, Consumer<IOException> troubles) {
    this.question = question;
    this.longest = longest;
    this.troubles = troubles;
  }

  @Override
  public Answer toOverride(AdmissionRequest request) {
    if (!places.tryAcquire()) {
      troubles.accept(new IOException(AT_ONCE + " questions at once wait for the API server"));
      return Answer.UNKNOWN;
    }
    BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(1);
    Thread.ofVirtual().name("override-review").start(() -> ask(request, answers));
    try {
      Answer answer = answers.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        troubles.accept(
            new IOException("no answer of the API server within " + longest.toMillis() + " ms"));
        return Answer.UNKNOWN;
      }
      return answer;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answer.UNKNOWN;
    }
  }

  private void ask(AdmissionRequest request, BlockingQueue<Answer> answers) {
    Answer answer = Answer.UNKNOWN;
    try {
      answer = question.mayOverride(request) ? Answer.YES : Answer.NO;
    } catch (IOException failure) {
      troubles.accept(failure);
    } finally {
      places.release();
      answers.add(answer);
    }
  }
}

package io.github.dnsonde.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An object that is built from files, and built again when their content changes. If the new
 * content cannot be used, the object before stays in force.
 *
 * <p>New content counts once two consecutive checks have found it: files that belong together
 * cannot be replaced at one moment for a program that reads one after the other. One thread checks;
 * any thread may get the current object.
 */
final class Reloaded<T> implements Supplier<T> {

  private final List<SecretFile> files;
  private final Maker<T> maker;
  private Content judged;
  private Content seen;
  private volatile T inForce;
  private volatile boolean upToDate = true;

  /** Builds the object from the files' content, in their order. */
  interface Maker<T> {
    T of(List<byte[]> contents) throws UnusableSecretException;
  }

  /** The content of the files at one moment. */
  private sealed interface Content {
    record Octets(List<ByteBuffer> octets) implements Content {}

    record Unreadable(String why) implements Content {}
  }

  /** The result of a check that found new content. */
  sealed interface Change {
    record Adopted() implements Change {}

    record Refused(String why) implements Change {}
  }

  /**
   * Builds the object for the first time.
   *
   * @throws UnusableSecretException if the files cannot be used; the message states why
   */
  Reloaded(List<SecretFile> files, Maker<T> maker) throws UnusableSecretException {
    this.files = List.copyOf(files);
    this.maker = maker;
    this.judged = read();
    this.seen = judged;
    this.inForce = make(judged);
  }

  @Override
  public T get() {
    return inForce;
  }

  /** Returns true if the object was built from the current content, as far as it could be read. */
  boolean upToDate() {
    return upToDate;
  }

  /** Checks the files; empty if there is nothing new in them. */
  Optional<Change> look() {
    Content now = read();
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(judged)) {
      return Optional.empty();
    }
    judged = now;
    try {
      inForce = make(now);
      upToDate = true;
      return Optional.of(new Change.Adopted());
    } catch (UnusableSecretException e) {
      upToDate = false;
      return Optional.of(new Change.Refused(String.valueOf(e.getMessage())));
    }
  }

  private Content read() {
    List<ByteBuffer> octets = new ArrayList<>();
    try {
      for (SecretFile file : files) {
        octets.add(ByteBuffer.wrap(file.read()));
      }
      return new Content.Octets(octets);
    } catch (UnusableSecretException e) {
      return new Content.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private T make(Content content) throws UnusableSecretException {
    return switch (content) {
      case Content.Octets(List<ByteBuffer> octets) ->
          maker.of(octets.stream().map(ByteBuffer::array).toList());
      case Content.Unreadable(String why) -> throw new UnusableSecretException(why);
    };
  }
}

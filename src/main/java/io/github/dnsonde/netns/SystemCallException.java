package io.github.dnsonde.netns;

/** A system call failed. */
final class SystemCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * The failure of one call.
   *
   * @param call the call and what it was given, such as {@code open(/run/netns/a)}
   * @param errno its number (errno(3))
   */
  SystemCallException(String call, int errno) {
    super(call + ": " + ErrorNumber.name(errno));
    this.errno = errno;
  }

  boolean is(ErrorNumber number) {
    return errno == number.value();
  }
}

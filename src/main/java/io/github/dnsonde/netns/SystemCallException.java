package io.github.dnsonde.netns;

/** Thrown if a system call fails. */
final class SystemCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * Creates the exception for one call.
   *
   * @param call the call and its arguments, such as {@code open(/run/netns/a)}
   * @param errno its error number (errno(3))
   */
  SystemCallException(String call, int errno) {
    super(call + ": " + ErrorNumber.name(errno));
    this.errno = errno;
  }

  boolean is(ErrorNumber number) {
    return errno == number.value();
  }
}

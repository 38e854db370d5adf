package io.github.dnsonde.netns;

import java.util.Arrays;

/** The errors of open(2), setns(2) and netlink(7), by their numbers on Linux, x86-64 and arm64. */
enum ErrorNumber {
  EPERM(1),
  ENOENT(2),
  EINTR(4),
  EIO(5),
  ENXIO(6),
  EBADF(9),
  EAGAIN(11),
  ENOMEM(12),
  EACCES(13),
  ENODEV(19),
  ENOTDIR(20),
  EISDIR(21),
  EINVAL(22),
  ENFILE(23),
  EMFILE(24),
  ENAMETOOLONG(36),
  ELOOP(40),
  EPROTONOSUPPORT(93),
  EAFNOSUPPORT(97),
  ENOBUFS(105);

  private final int value;

  ErrorNumber(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }

  /** The name of a number, or the number itself if it is not listed here. */
  static String name(int number) {
    return Arrays.stream(values())
        .filter(error -> error.value == number)
        .findFirst()
        .map(ErrorNumber::name)
        .orElse("errno " + number);
  }
}

package io.github.dnsonde.netns;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.dnsonde.probe.NetworkId;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The calls of the C library that are needed to visit a network namespace and list its addresses.
 */
final class LibC {

  /** From fcntl.h and sched.h, the same on x86-64 and arm64. */
  private static final int O_RDONLY = 0;

  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_PATH = 0x200000;
  private static final int CLONE_NEWNET = 0x40000000;

  /** From bits/socket.h and linux/netlink.h, likewise. */
  private static final int AF_NETLINK = 16;

  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;
  private static final int MSG_DONTWAIT = 0x40;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  /** From fcntl.h: relative paths start at the current folder. */
  private static final int AT_FDCWD = -100;

  /** From linux/stat.h, as the offsets below: the same for all processors. */
  private static final int STATX_INO_AND_CTIME = 0x100 | 0x80;

  private static final long STATX_SIZE = 256;
  private static final long STX_INO = 32;
  private static final long STX_CTIME_SECONDS = 96;
  private static final long STX_CTIME_NANOS = 104;
  private static final long STX_DEV_MAJOR = 136;
  private static final long STX_DEV_MINOR = 140;

  private static final MethodHandle STATX =
      call(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      call("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SOCKET =
      call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SEND =
      call("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECV =
      call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle IF_NAMETOINDEX =
      call("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  private LibC() {}

  @SuppressWarnings("restricted") // allowed by the jar's manifest; this room exists for such calls
  private static MethodHandle call(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /**
   * Opens a namespace: open(2), read-only, close-on-exec, and without waiting.
   *
   * @return its descriptor, to be released by {@link #close}
   */
  static int open(Path file) throws SystemCallException {
    return open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK, file);
  }

  /**
   * Opens the file that a descriptor of {@link #reference} refers to, with the options of {@link
   * #open}.
   *
   * @param held the descriptor's file in /proc
   * @param file the name for error messages
   */
  static int reopen(Path held, Path file) throws SystemCallException {
    return open(held, O_RDONLY | O_CLOEXEC | O_NONBLOCK, file);
  }

  /**
   * Takes a reference to a file without opening it: open(2) with O_PATH. This has no effect on the
   * file, even if it is a pipe or a device.
   *
   * @return its descriptor, to be released by {@link #close}
   */
  static int reference(Path file) throws SystemCallException {
    return open(file, O_PATH | O_CLOEXEC, file);
  }

  private static int open(Path path, int flags, Path named) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment text = arena.allocateFrom(path.toString());
      return checked("open(" + named + ")", (int) OPEN.invokeExact(state, text, flags), state);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** The identity of the object that a path leads to: statx(2), which opens nothing. */
  static NetworkId identity(Path path) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment text = arena.allocateFrom(path.toString());
      MemorySegment found = arena.allocate(STATX_SIZE, Long.BYTES);
      checked(
          "statx(" + path + ")",
          (int) STATX.invokeExact(state, AT_FDCWD, text, 0, STATX_INO_AND_CTIME, found),
          state);
      return new NetworkId(
          (long) found.get(JAVA_INT, STX_DEV_MAJOR) << Integer.SIZE
              | Integer.toUnsignedLong(found.get(JAVA_INT, STX_DEV_MINOR)),
          found.get(JAVA_LONG, STX_INO),
          Instant.ofEpochSecond(
              found.get(JAVA_LONG, STX_CTIME_SECONDS), found.get(JAVA_INT, STX_CTIME_NANOS)));
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** Moves this thread, and no other, into the network namespace: setns(2). */
  static void setns(int descriptor) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      checked("setns", (int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET), state);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** Releases a descriptor: close(2). It is released whatever close returns. */
  static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) cannot be called", e);
    }
  }

  /**
   * Opens a socket that queries the kernel about this thread's network namespace: netlink(7).
   *
   * @return its descriptor, to be released by {@link #close}
   */
  static int routeSocket() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return checked(
          "socket(AF_NETLINK)",
          (int) SOCKET.invokeExact(state, AF_NETLINK, SOCK_RAW | O_CLOEXEC, NETLINK_ROUTE),
          state);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** Sends the first {@code length} octets: send(2). */
  static void send(int socket, MemorySegment message, int length) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      checked("send", (long) SEND.invokeExact(state, socket, message, (long) length, 0), state);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /**
   * Receives the available data without waiting: recv(2).
   *
   * @return number of octets received
   */
  static int receive(int socket, MemorySegment into) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return (int)
          checked(
              "recv",
              (long) RECV.invokeExact(state, socket, into, into.byteSize(), MSG_DONTWAIT),
              state);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** The number of an interface in this thread's network namespace; 0 if it does not exist. */
  static int interfaceIndex(String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      return (int) IF_NAMETOINDEX.invokeExact(arena.allocate(STATE), arena.allocateFrom(name));
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  private static int checked(String call, int result, MemorySegment state)
      throws SystemCallException {
    return (int) checked(call, (long) result, state);
  }

  private static long checked(String call, long result, MemorySegment state)
      throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(call, (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  /** Narrows the declared Throwable of a method handle to the exceptions that really occur. */
  private static SystemCallException sorted(Throwable e) {
    if (e instanceof SystemCallException failed) {
      return failed;
    }
    throw new IllegalStateException("a system call cannot be made", e);
  }
}

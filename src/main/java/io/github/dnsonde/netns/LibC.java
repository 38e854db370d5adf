package io.github.dnsonde.netns;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The calls of the C library that it takes to visit a network namespace and to look around. */
final class LibC {

  /** From fcntl.h and sched.h, the same on x86-64 and arm64. */
  private static final int O_RDONLY = 0;

  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int CLONE_NEWNET = 0x40000000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      call("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle GETIFADDRS =
      call("getifaddrs", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle FREEIFADDRS =
      call("freeifaddrs", FunctionDescriptor.ofVoid(ADDRESS));

  private LibC() {}

  @SuppressWarnings("restricted") // the manifest and this room's very purpose allow it
  private static MethodHandle call(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /**
   * Opens a file to refer to it: open(2), read-only, close-on-exec, and not waiting for whoever
   * writes, should it be a pipe.
   *
   * @return its descriptor, to be given back by {@link #close}
   */
  static int open(Path file) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment path = arena.allocateFrom(file.toString());
      return checked(
          "open(" + file + ")",
          (int) OPEN.invokeExact(state, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK),
          state);
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

  /** Gives a descriptor back: close(2). Whatever it returns, the descriptor is released. */
  static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) cannot be called", e);
    }
  }

  /**
   * Lists the addresses of every interface in this thread's network namespace: getifaddrs(3).
   *
   * @return the first {@code struct ifaddrs}, or NULL; to be given back by {@link #freeifaddrs}
   */
  static MemorySegment getifaddrs() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment first = arena.allocate(ADDRESS);
      checked("getifaddrs", (int) GETIFADDRS.invokeExact(state, first), state);
      return first.get(ADDRESS, 0);
    } catch (Throwable e) {
      throw sorted(e);
    }
  }

  /** Gives the list back: getifaddrs(3). */
  static void freeifaddrs(MemorySegment first) {
    try (Arena arena = Arena.ofConfined()) {
      FREEIFADDRS.invokeExact(arena.allocate(STATE), first);
    } catch (Throwable e) {
      throw new IllegalStateException("freeifaddrs(3) cannot be called", e);
    }
  }

  private static int checked(String call, int result, MemorySegment state)
      throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(call, (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  /** What a method handle may throw is declared as anything. */
  private static SystemCallException sorted(Throwable e) {
    if (e instanceof SystemCallException failed) {
      return failed;
    }
    throw new IllegalStateException("a system call cannot be made", e);
  }
}

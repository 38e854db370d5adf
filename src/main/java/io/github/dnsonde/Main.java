package io.github.dnsonde;

/** Wires every room together; nothing else sees them all. */
public final class Main {

  private Main() {}

  /** Starts the program. */
  public static void main(String[] args) {
    System.out.println(args.length);
  }
}

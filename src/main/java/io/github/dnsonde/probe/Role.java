package io.github.dnsonde.probe;

/** The part of a vantage in the probing of the whole cluster. */
public sealed interface Role {

  /** A vantage that nobody takes turns with: every period is its own. */
  Core ALONE = new Core(0, 1);

  /** A vantage that queries one name over each transport, once in a long while. */
  Background BACKGROUND = new Background();

  /**
   * A vantage that sends all queries, in turn with vantages of its class on other nodes. A turn
   * lasts one period.
   *
   * @param turn the number of its turn, from 0
   * @param of the number of turns after which its own comes again; at least 1
   */
  record Core(int turn, int of) implements Role {
    public Core {
      if (of < 1 || turn < 0 || turn >= of) {
        throw new IllegalArgumentException("there is no turn " + turn + " of " + of);
      }
    }
  }

  /** See {@link #BACKGROUND}. */
  record Background() implements Role {}
}

package io.github.dnsonde.netns;

import io.github.dnsonde.netns.Sandbox.Moment;
import io.github.dnsonde.probe.NetworkId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of folders, which changes whenever a file is added or removed: their identities include
 * the time of the last change. Listing a folder and identifying its files costs far more.
 *
 * @param identities one for each folder, empty if it does not exist
 * @param known true if all folders could be identified
 */
record FolderState(List<Optional<NetworkId>> identities, boolean known) {

  /** The state before the first scan. */
  static final FolderState NEVER = new FolderState(List.of(), false);

  /**
   * The time for which a change may be followed by another one with the same time: a kernel's clock
   * for files has steps of some milliseconds.
   */
  private static final Duration STEP = Duration.ofSeconds(2);

  FolderState {
    identities = List.copyOf(identities);
  }

  /** Identifies the folders. */
  static FolderState of(List<Path> folders) {
    List<Optional<NetworkId>> identities = new ArrayList<>();
    for (Path folder : folders) {
      try {
        identities.add(Optional.of(FileIdentity.of(folder)));
      } catch (NoSuchFileException _) {
        identities.add(Optional.empty());
      } catch (IOException _) {
        return NEVER; // listing it reports why
      }
    }
    return new FolderState(identities, true);
  }

  /** Returns true if no file was added or removed since an earlier state, for certain. */
  boolean unchangedSince(FolderState before, Moment now) {
    return known
        && equals(before)
        && identities.stream()
            .flatMap(Optional::stream)
            .allMatch(
                folder -> Duration.between(folder.made(), now.now()).abs().compareTo(STEP) > 0);
  }
}

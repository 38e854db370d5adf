package io.github.dnsonde.dashboards;

import java.awt.Color;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** On a light ground. */
final class Colours {

  static final Color TEXT = new Color(0x24292e);
  static final Color FAINT = new Color(0x6e7781);
  static final Color LINE = new Color(0xe1e4e8);
  static final Color GROUND = new Color(0xf4f5f5);
  static final Color PANEL = Color.WHITE;

  private static final Map<String, Color> NAMED =
      Map.of(
          "text", TEXT,
          "green", new Color(0x56a64b),
          "yellow", new Color(0xe5b400),
          "orange", new Color(0xff780a),
          "red", new Color(0xd2263a),
          "blue", new Color(0x3274d9));

  private static final List<Color> LINES =
      List.of(
          new Color(0x1f78c1),
          new Color(0xe24d42),
          new Color(0x508642),
          new Color(0xef843c),
          new Color(0x705da0),
          new Color(0xcca300),
          new Color(0x2aa198),
          new Color(0xba43a9),
          new Color(0x7f5539),
          new Color(0x7eb26d),
          new Color(0x444444),
          new Color(0x6ed0e0));

  private Colours() {}

  static Color named(String name) {
    return Optional.ofNullable(NAMED.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no colour '" + name + "'"));
  }

  static Color line(int number) {
    return LINES.get(number % LINES.size());
  }

  /** From white to dark orange. */
  static Color heat(double share) {
    return new Color(
        (int) (255 - share * 88), (int) (240 - share * 184), (int) (225 - share * 222));
  }
}

package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that names of tenants are no markup. The page is checked with the same texts. */
class MarkdownTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      textBlock =
          """
          ![x](https://evil/p.png) !\\[x\\](https:&#8203;//evil/p.png)
          ftp://evil ftp:&#8203;//evil
          www.evil.example www&#8203;.evil.example
          WWW.evil WWW&#8203;.evil
          @octocat @&#8203;octocat
          a@evil.example a@&#8203;evil.example
          team-www:udp/www team-www:udp/www
          <img/src=x> \\<img/src=x>
          `a`*b*~c~ \\`a\\`\\*b\\*\\~c\\~
          _a_b_ \\_a_b\\_
          &lt;&#91;&co \\&lt;\\&#91;&co
          a\\b a\\\\b
          egress_denied egress_denied
          shop/default-deny. shop/default-deny.
          """)
  void aNameIsShownAsItIs(String name, String markdown) {
    assertEquals(markdown, Markdown.text(name));
  }
}

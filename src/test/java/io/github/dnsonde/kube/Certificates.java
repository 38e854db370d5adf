package io.github.dnsonde.kube;

/** A certificate that no authority has signed. */
final class Certificates {

  static final String SELF_SIGNED =
      """
      -----BEGIN CERTIFICATE-----
      MIIBhjCCASugAwIBAgIUUn7FMsA2aUEbOZGIEEhIftv06eMwCgYIKoZIzj0EAwIw
      FzEVMBMGA1UEAwwMZG5zb25kZS10ZXN0MCAXDTI2MTEyMzAzMzY1MloYDzIxMjYx
      MDMwMDMzNjUyWjAXMRUwEwYDVQQDDAxkbnNvbmRlLXRlc3QwWTATBgcqhkjOPQIB
      BggqhkjOPQMBBwNCAASFnTIWVtp0Ios8Ti0dmKdevOoo/fGR5EfsEdMNmEu8VS5D
      9OHISJbXVo0Ep73Uxmr4FW+WHLqZI1JrOUT5eH1+o1MwUTAdBgNVHQ4EFgQU2Q+1
      /nvO3eMJWAkfKW3hH5bQoSIwHwYDVR0jBBgwFoAU2Q+1/nvO3eMJWAkfKW3hH5bQ
      oSIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAy8DShT9UpWgd
      qkzfqlnx//1XHQ1YxPM32PArQxCJk68CIQCjvAWHQSqeGay3waUZC5CFWJCXkowi
      fWUzLA6kErpd8w==
      -----END CERTIFICATE-----
      """;

  private Certificates() {}
}

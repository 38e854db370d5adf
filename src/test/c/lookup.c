/* Looks up the name in its argument with getaddrinfo(3), and prints the result. */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int count, char **arguments) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  int error = count == 2 ? getaddrinfo(arguments[1], 0, &hints, &found) : EAI_FAIL;
  puts(error == 0 ? "found" : gai_strerror(error));
  return 0;
}

/* `getaddrinfo` that finds names in the file TEST_HOSTS (`ADDRESS NAME...` a line) before it asks the system.
 * It keeps nothing, so that threads may ask at the same time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The address of a name, within `line`; NULL if the line is about others. */
static const char *address_of(const char *name, char *line) {
  char *rest, *address = strtok_r(line, " \t\n", &rest), *other;
  while ((other = strtok_r(NULL, " \t\n", &rest)) != NULL)
    if (strcasecmp(other, name) == 0) return address;
  return NULL;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  int (*of_the_system)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
      dlsym(RTLD_NEXT, "getaddrinfo");
  const char *path = getenv("TEST_HOSTS"), *address = NULL;
  char line[512];
  FILE *hosts = name && path ? fopen(path, "re") : NULL;
  while (hosts && !address && fgets(line, sizeof line, hosts)) address = address_of(name, line);
  if (hosts) fclose(hosts);
  return of_the_system(address ? address : name, service, hints, found);
}

#include "check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

const graft_kernel_table *table;

// Numbers: Vigna's splitmix64.

static uint64_t state;

void seed_random(uint64_t seed) { state = seed; }

uint64_t random_bits(void) {
  state += 0x9E3779B97F4A7C15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

size_t random_below(size_t n) { return (size_t)(random_bits() % n); }
size_t random_from(size_t low, size_t high) { return low + random_below(high - low + 1); }
float random_float(float low, float high) { return low + (high - low) * (float)(random_bits() >> 40) * 0x1p-24f; }

size_t random_length(size_t most) {
  const size_t lanes = table->lanes;
  size_t n;
  switch (random_below(4)) {
  case 0: n = random_below(4); break;
  case 1: n = lanes * random_from(1, 5) + random_below(3) - 1; break;
  case 2: n = random_below(6 * lanes); break;
  default: n = random_below(most + 1);
  }
  return n < most ? n : most;
}

// Memory: mappings of whole pages, used again by later cases.

enum { PATTERN = 0xA5 };

typedef struct mapping {
  struct mapping *next;
  unsigned char *start, *used;
  size_t size, used_bytes;
} mapping;

static mapping *in_use, *at_rest;

static mapping *take_mapping(size_t size) {
  for (mapping **link = &at_rest; *link; link = &(*link)->next) {
    mapping *m = *link;
    if (m->size == size) {
      *link = m->next;
      return m;
    }
  }
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  unsigned char *start = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mapping *m = malloc(sizeof *m);
  if (start == MAP_FAILED || !m || mprotect(start + page, size, PROT_READ | PROT_WRITE) != 0) abort();
  *m = (mapping){.start = start + page, .size = size};
  return m;
}

void *guarded(size_t bytes) {
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  while (size < bytes) size *= 2;
  mapping *m = take_mapping(size);
  memset(m->start, PATTERN, size);
  m->used_bytes = bytes;
  m->used = random_below(2) ? m->start : m->start + size - bytes;
  m->next = in_use;
  in_use = m;
  return m->used;
}

void end_case(void) {
  bool intact = true;
  while (in_use) {
    mapping *m = in_use;
    for (unsigned char *p = m->start; p < m->used; p++) intact = intact && *p == PATTERN;
    for (unsigned char *p = m->used + m->used_bytes; p < m->start + m->size; p++) intact = intact && *p == PATTERN;
    in_use = m->next;
    m->next = at_rest;
    at_rest = m;
  }
  CHECK(intact, "something was written outside of a row");
}

float *blank(size_t n) {
  float *x = guarded(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = NAN;
  return x;
}

float *filled(size_t n, float low, float high) {
  float *x = guarded(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = random_float(low, high);
  return x;
}

float *copied(const float *x, size_t n) {
  float *copy = guarded(n * sizeof *copy);
  if (n > 0) memcpy(copy, x, n * sizeof *copy);
  return copy;
}

double *doubles(size_t n) {
  double *x = guarded(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = 0;
  return x;
}

// Checks.

static const char *group;
static size_t printed;

#if !__has_feature(address_sanitizer)
static void report_fault(int number) {
  printf("  FAILED %s (%s): memory outside of a row, or none at all, was used (signal %d)\n", group, table->name, number);
  fflush(stdout);
  _exit(1);
}
#endif

void report_faults(void) {
#if !__has_feature(address_sanitizer)  // which reports them better
  signal(SIGSEGV, report_fault);
  signal(SIGBUS, report_fault);
#endif
}

size_t checks_passed, checks_failed;

void begin_group(const char *name) {
  group = name;
  printed = 0;
}

bool check(bool condition, const char *format, ...) {
  if (condition) {
    checks_passed++;
    return true;
  }
  checks_failed++;
  if (printed++ < 8) {
    va_list arguments;
    va_start(arguments, format);
    printf("  FAILED %s (%s): ", group, table->name);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
  }
  return false;
}

static bool is_near(double got, double expected, double allowed) {
  if (isnan(expected)) return isnan(got);
  return got == expected || fabs(got - expected) <= allowed;
}

bool check_number(const char *what, double got, double expected, double allowed) {
  return CHECK(is_near(got, expected, allowed), "%s: %.9g in place of %.9g, allowed %.3g", what, got, expected, allowed);
}

bool check_row(const char *what, const float *got, const double *expected, const double *allowed, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double limit = allowed ? allowed[i] : 0;
    if (!is_near(got[i], expected[i], limit)) {
      return CHECK(false, "%s: [%zu] of %zu is %.9g in place of %.9g, allowed %.3g", what, i, n, (double)got[i],
                   expected[i], limit);
    }
  }
  return CHECK(true, "%s", what);
}

bool check_bytes(const char *what, const uint8_t *got, const uint8_t *expected, size_t n) {
  size_t wrong = 0;
  while (wrong < n && got[wrong] == expected[wrong]) wrong++;
  return CHECK(wrong == n, "%s: element %zu of %zu is %d, not %d", what, wrong, n, wrong < n ? got[wrong] : 0,
               wrong < n ? expected[wrong] : 0);
}

bool check_same(const char *what, const float *got, const float *expected, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (memcmp(got + i, expected + i, sizeof *got) != 0 && !(isnan(got[i]) && isnan(expected[i]))) {
      return CHECK(false, "%s: [%zu] of %zu is %.9g, not %.9g", what, i, n, (double)got[i], (double)expected[i]);
    }
  }
  return CHECK(true, "%s", what);
}

// Coverage. Every member of the table takes the place of one pointer.

enum { MEMBERS = sizeof(graft_kernel_table) / sizeof(void *) };
static bool covered[MEMBERS];
static size_t member;

void cover(size_t offset) { covered[offset / sizeof(void *)] = true; }

// Is called with each member's type, name and value, and with the lines before and after them, which have one argument.
static int check_member(const char *format, ...) {
  const char *name = "";
  if (strncmp(format, "%s%s %s = ", 10) == 0) {
    va_list arguments;
    va_start(arguments, format);
    for (int i = 0; i < 3; i++) name = va_arg(arguments, const char *);
    va_end(arguments);
    if (member < MEMBERS) CHECK(covered[member], "no test calls %s", name);
    member++;
  }
  return 0;
}

void check_coverage(void) {
  member = 0;
  __builtin_dump_struct(table, check_member);
  CHECK(member == MEMBERS, "%zu members were listed, but there is room for %d", member, (int)MEMBERS);
  memset(covered, 0, sizeof covered);
}

// Tests of the kernels in plain C, so that they run wherever C does: under an emulator, too. See ./run.
#include "check.h"

#include <stdio.h>

#include "groups.h"

static const struct {
  const char *name;
  void (*run)(void);
} groups[] = {
#define GROUP(name) {#name, test_##name},
    GROUPS_OF_TABLE(GROUP)
#undef GROUP
}, plain_groups[] = {
#define GROUP(name) {#name, test_##name},
    PLAIN_GROUPS(GROUP)
#undef GROUP
};

static int instruction_set;

static void run_group(const char *name, void (*body)(void)) {
  const size_t passed = checks_passed, failed = checks_failed;
  begin_group(name);
  seed_random(1);
  body();
  printf("%-9s %-14s %6zu passed, %zu failed\n", table->name, name, checks_passed - passed, checks_failed - failed);
  fflush(stdout);
}

// Every member of the table has been asked for. Those that are no functions:
static void check_members(void) {
  check_number("instruction_set", KERNEL(instruction_set), instruction_set, 0);
  CHECK(strlen(KERNEL(name)) > 0, "the table has no name");
  check_coverage();
}

int main(void) {
  report_faults();
  for (instruction_set = GRAFT_BASELINE; instruction_set <= GRAFT_AVX512; instruction_set++) {
    table = graft_kernels((graft_instruction_set)instruction_set);
    if (!table) continue;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) run_group(groups[i].name, groups[i].run);
    run_group("coverage", check_members);
  }
  // What is the same for every table.
  table = graft_best_kernels();
  for (size_t i = 0; i < sizeof plain_groups / sizeof *plain_groups; i++) {
    run_group(plain_groups[i].name, plain_groups[i].run);
  }
  printf("%zu passed, %zu failed\n", checks_passed, checks_failed);
  return checks_failed > 0;
}

// Steps of the optimizers against their formulas in double.
#include "check.h"
#include "groups.h"
#include "inexact.h"

// A row that a step changes, as it was, and what is to become of it. The operations are those of the kernels, in their order.
typedef struct {
  float *row;
  reference after;
} state_row;

static state_row state_from(const float *row, size_t n) { return (state_row){copied(row, n), references(n)}; }

static void check_state(const char *what, state_row s, size_t n) { check_against(what, s.row, s.after, n); }

static void adam(void) {
  for (int i = 0; i < 40; i++) {
    const size_t n = random_length(100);
    const graft_adam a = {.step_size = 0.01, .beta1 = random_below(2) ? 0.9 : 0.4, .beta2 = 0.99, .epsilon = 1e-8,
                          .bias2_sqrt = 0.7, .decoupled_decay = random_below(2) ? 0.02 : 0,
                          .l2_decay = random_below(2) ? 0.1 : 0};
    const float *g = filled(n, -1, 1);
    state_row p = state_from(filled(n, -1, 1), n), m = state_from(filled(n, -1, 1), n);
    state_row v = state_from(filled(n, 0.01f, 1), n);
    for (size_t j = 0; j < n; j++) {
      inexact gradient = exact(g[j]), parameter = exact(p.row[j]);
      if (a.l2_decay != 0) gradient = plus(gradient, times(parameter, setting(a.l2_decay)));
      if (a.decoupled_decay != 0) parameter = times(parameter, setting(1 - a.decoupled_decay));
      // Both forms of the blend are the same number; the second is as inexact as either.
      const inexact difference = minus(gradient, exact(m.row[j]));
      const inexact first = 1 - a.beta1 < 0.5 ? plus(exact(m.row[j]), times(setting(1 - a.beta1), difference))
                                              : minus(gradient, times(setting(a.beta1), difference));
      const inexact second = plus(times(exact(v.row[j]), setting(a.beta2)),
                                  times(times(setting(1 - a.beta2), gradient), gradient));
      const inexact divisor = plus(over(root(second), setting(a.bias2_sqrt)), setting(a.epsilon));
      put(m.after, j, first);
      put(v.after, j, second);
      put(p.after, j, minus(parameter, over(times(setting(a.step_size), first), divisor)));
    }
    KERNEL(adam_step)(p.row, g, m.row, v.row, n, &a);
    check_state("adam_step's parameter", p, n);
    check_state("adam_step's first moment", m, n);
    check_state("adam_step's second moment", v, n);
    end_case();
  }
}

static void sgd(void) {
  for (int i = 0; i < 40; i++) {
    const size_t n = random_length(100);
    const graft_sgd s = {.learning_rate = 0.1, .momentum = random_below(3) ? 0.9 : 0, .dampening = random_below(2) ? 0.3 : 0,
                         .decay = random_below(2) ? 0.01 : 0, .nesterov = (int)random_below(2),
                         .first = (int)random_below(2)};
    const float *g = filled(n, -1, 1);
    // Where there is nothing yet, there may be anything.
    state_row p = state_from(filled(n, -1, 1), n), b = state_from(s.first ? blank(n) : filled(n, -1, 1), n);
    for (size_t j = 0; j < n; j++) {
      inexact gradient = exact(g[j]);
      if (s.decay != 0) gradient = plus(gradient, times(exact(p.row[j]), setting(s.decay)));
      if (s.momentum != 0) {
        const inexact buffer = s.first ? gradient
                                       : plus(times(gradient, setting(1 - s.dampening)),
                                              times(exact(b.row[j]), setting(s.momentum)));
        put(b.after, j, buffer);
        gradient = s.nesterov ? plus(gradient, times(buffer, setting(s.momentum))) : buffer;
      }
      put(p.after, j, minus(exact(p.row[j]), times(gradient, setting(s.learning_rate))));
    }
    KERNEL(sgd_step)(p.row, g, s.momentum != 0 ? b.row : NULL, n, &s);
    check_state("sgd_step's parameter", p, n);
    if (s.momentum != 0) check_state("sgd_step's momentum", b, n);
    end_case();
  }
}

static void rmsprop(void) {
  for (int i = 0; i < 40; i++) {
    const size_t n = random_length(100);
    const bool centered = random_below(2);
    const graft_rmsprop s = {.learning_rate = 0.01, .smoothing = random_below(2) ? 0.99 : 0.4, .epsilon = 1e-8,
                             .momentum = random_below(2) ? 0.9 : 0, .decay = random_below(2) ? 0.1 : 0};
    const float *g = filled(n, -1, 1);
    state_row p = state_from(filled(n, -1, 1), n), square = state_from(filled(n, 2, 3), n);
    state_row average = state_from(filled(n, -0.5f, 0.5f), n), b = state_from(filled(n, -1, 1), n);
    for (size_t j = 0; j < n; j++) {
      inexact gradient = exact(g[j]);
      if (s.decay != 0) gradient = plus(gradient, times(exact(p.row[j]), setting(s.decay)));
      const inexact squares = plus(times(exact(square.row[j]), setting(s.smoothing)),
                                   times(times(setting(1 - s.smoothing), gradient), gradient));
      put(square.after, j, squares);
      inexact variance = squares;
      if (centered) {
        const inexact difference = minus(gradient, exact(average.row[j]));
        const inexact next = 1 - s.smoothing < 0.5
                                 ? plus(exact(average.row[j]), times(setting(1 - s.smoothing), difference))
                                 : minus(gradient, times(setting(s.smoothing), difference));
        put(average.after, j, next);
        variance = minus(variance, times(next, next));
      }
      const inexact divisor = plus(root(variance), setting(s.epsilon)), rate = setting(s.learning_rate);
      if (s.momentum != 0) {
        const inexact next = plus(times(exact(b.row[j]), setting(s.momentum)), over(gradient, divisor));
        put(b.after, j, next);
        put(p.after, j, minus(exact(p.row[j]), times(next, rate)));
      } else {
        put(p.after, j, minus(exact(p.row[j]), over(times(rate, gradient), divisor)));
      }
    }
    KERNEL(rmsprop_step)(p.row, g, square.row, centered ? average.row : NULL, s.momentum != 0 ? b.row : NULL, n, &s);
    check_state("rmsprop_step's parameter", p, n);
    check_state("rmsprop_step's squares", square, n);
    if (centered) check_state("rmsprop_step's average", average, n);
    if (s.momentum != 0) check_state("rmsprop_step's momentum", b, n);
    end_case();
  }
}

static void lion(void) {
  for (int i = 0; i < 40; i++) {
    const size_t n = random_length(100);
    const graft_lion s = {.learning_rate = 0.01, .beta1 = 0.9, .beta2 = 0.99, .decay = random_below(2) ? 0.1 : 0};
    float *g = filled(n, -1, 1), *momentum = filled(n, -1, 1);
    if (n > 0) g[n - 1] = momentum[n - 1] = 0;  // nowhere to go
    state_row p = state_from(filled(n, -1, 1), n), m = state_from(momentum, n);
    for (size_t j = 0; j < n; j++) {
      const inexact blend = plus(times(setting(s.beta1), exact(m.row[j])), times(setting(1 - s.beta1), exact(g[j])));
      const float sign = blend.value > 0 ? 1 : blend.value < 0 ? -1 : 0;
      const inexact direction = plus(times(exact(p.row[j]), setting(s.decay)), exact(sign));
      put(p.after, j, minus(exact(p.row[j]), times(direction, setting(s.learning_rate))));
      // A blend of nothing but rounding may have either sign.
      if (sign != 0 && fabs(blend.value) <= blend.error) p.after.allowed[j] += 2 * s.learning_rate;
      put(m.after, j, plus(times(setting(s.beta2), exact(m.row[j])), times(setting(1 - s.beta2), exact(g[j]))));
    }
    KERNEL(lion_step)(p.row, g, m.row, n, &s);
    check_state("lion_step's parameter", p, n);
    check_state("lion_step's momentum", m, n);
    end_case();
  }
}

void test_optimizer(void) {
  adam();
  sgd();
  rmsprop();
  lion();
}

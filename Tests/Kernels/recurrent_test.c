// Steps of recurrent layers against their formulas in double.
#include "check.h"
#include "groups.h"
#include "inexact.h"

// sigmoid within 3 units in the last place, tanh within 2: twice as many roundings at most. Their slopes are at most 1/4 and 1.
static inexact sigmoid(inexact a) {
  const double value = 1 / (1 + exp(-a.value));
  return (inexact){value, a.error / 4 + rounding(6, value)};
}
static inexact hyperbolic_tangent(inexact a) {
  const double value = tanh(a.value);
  return (inexact){value, a.error + rounding(4, fabs(value))};
}

// A gate that is known: a value strictly between 0 and 1, or -1 and 1.
static float *gates_of(size_t n) { return filled(n, 0.05f, 0.95f); }

// 1 - a * a, as (1 - a²) of a number below 1.
static inexact slope_of_tanh(inexact a) { return minus(exact(1), times(a, a)); }
static inexact slope_of_sigmoid(inexact gradient, inexact a) { return times(times(gradient, a), minus(exact(1), a)); }

static void lstm(void) {
  for (int round = 0; round < 40; round++) {
    const size_t n = random_length(70);
    float *gates = filled(4 * n, -6, 6), *next = blank(n), *hidden = blank(n);
    const float *before = copied(gates, 4 * n), *cell = filled(n, -2, 2);
    reference values = references(4 * n), cells = references(n), states = references(n);
    for (size_t i = 0; i < n; i++) {
      const inexact input = sigmoid(exact(before[i])), forget = sigmoid(exact(before[n + i]));
      const inexact candidate = hyperbolic_tangent(exact(before[2 * n + i])), output = sigmoid(exact(before[3 * n + i]));
      const inexact c = plus(times(forget, exact(cell[i])), times(input, candidate));
      put(values, i, input);
      put(values, n + i, forget);
      put(values, 2 * n + i, candidate);
      put(values, 3 * n + i, output);
      put(cells, i, c);
      put(states, i, times(output, hyperbolic_tangent(c)));
    }
    KERNEL(lstm_step)(gates, cell, next, hidden, n);
    check_against("lstm_step's gates", gates, values, 4 * n);
    check_against("lstm_step's cell", next, cells, n);
    check_against("lstm_step's state", hidden, states, n);
    end_case();
  }
}

static void lstm_backward(void) {
  for (int round = 0; round < 40; round++) {
    const size_t n = random_length(70);
    const float *gates = gates_of(4 * n), *cell = filled(n, -2, 2), *next = filled(n, -2, 2), *g = filled(n, -1, 1);
    float *cell_gradient = filled(n, -1, 1), *out = blank(4 * n);
    const float *carried = copied(cell_gradient, n);
    reference gradients = references(4 * n), cells = references(n);
    for (size_t i = 0; i < n; i++) {
      const inexact input = exact(gates[i]), forget = exact(gates[n + i]);
      const inexact candidate = exact(gates[2 * n + i]), output = exact(gates[3 * n + i]), gradient = exact(g[i]);
      const inexact squashed = hyperbolic_tangent(exact(next[i]));
      const inexact through = plus(times(times(gradient, output), slope_of_tanh(squashed)), exact(carried[i]));
      put(gradients, i, slope_of_sigmoid(times(through, candidate), input));
      put(gradients, n + i, slope_of_sigmoid(times(through, exact(cell[i])), forget));
      put(gradients, 2 * n + i, times(times(through, input), slope_of_tanh(candidate)));
      put(gradients, 3 * n + i, slope_of_sigmoid(times(gradient, squashed), output));
      put(cells, i, times(through, forget));
    }
    KERNEL(lstm_step_backward)(gates, cell, next, g, cell_gradient, out, n);
    check_against("lstm_step_backward's gates", out, gradients, 4 * n);
    check_against("lstm_step_backward's cell", cell_gradient, cells, n);
    end_case();
  }
}

static void gru(void) {
  for (int round = 0; round < 40; round++) {
    const size_t n = random_length(70);
    float *gates = filled(3 * n, -4, 4), *next = blank(n), *fed = blank(n);
    const float *before = copied(gates, 3 * n), *recurrent = filled(3 * n, -2, 2), *hidden = filled(n, -1, 1);
    reference values = references(3 * n), states = references(n);
    for (size_t i = 0; i < n; i++) {
      const inexact reset = sigmoid(plus(exact(before[i]), exact(recurrent[i])));
      const inexact update = sigmoid(plus(exact(before[n + i]), exact(recurrent[n + i])));
      const inexact candidate =
          hyperbolic_tangent(plus(exact(before[2 * n + i]), times(reset, exact(recurrent[2 * n + i]))));
      put(values, i, reset);
      put(values, n + i, update);
      put(values, 2 * n + i, candidate);
      put(states, i, plus(candidate, times(update, minus(exact(hidden[i]), candidate))));
    }
    KERNEL(gru_step)(gates, recurrent, hidden, next, fed, n);
    check_against("gru_step's gates", gates, values, 3 * n);
    check_against("gru_step's state", next, states, n);
    check_same("gru_step's fed", fed, recurrent + 2 * n, n);
    end_case();
  }
}

static void gru_backward(void) {
  for (int round = 0; round < 40; round++) {
    const size_t n = random_length(70);
    const float *gates = gates_of(3 * n), *fed = filled(n, -2, 2), *hidden = filled(n, -1, 1);
    float *g = filled(n, -1, 1), *out = blank(3 * n), *recurrent_out = blank(3 * n);
    const float *before = copied(g, n);
    reference inputs = references(3 * n), recurrents = references(3 * n), direct = references(n);
    for (size_t i = 0; i < n; i++) {
      const inexact reset = exact(gates[i]), update = exact(gates[n + i]), candidate = exact(gates[2 * n + i]);
      const inexact gradient = exact(before[i]), one = exact(1);
      const inexact inner = times(times(gradient, minus(one, update)), slope_of_tanh(candidate));
      const inexact of_update = slope_of_sigmoid(times(gradient, minus(exact(hidden[i]), candidate)), update);
      const inexact of_reset = slope_of_sigmoid(times(inner, exact(fed[i])), reset);
      put(inputs, i, of_reset);
      put(inputs, n + i, of_update);
      put(inputs, 2 * n + i, inner);
      put(recurrents, i, of_reset);
      put(recurrents, n + i, of_update);
      put(recurrents, 2 * n + i, times(inner, reset));
      put(direct, i, times(gradient, update));
    }
    KERNEL(gru_step_backward)(gates, fed, hidden, g, out, recurrent_out, n);
    check_against("gru_step_backward's input share", out, inputs, 3 * n);
    check_against("gru_step_backward's recurrent share", recurrent_out, recurrents, 3 * n);
    check_against("gru_step_backward's state", g, direct, n);
    end_case();
  }
}

void test_recurrent(void) {
  lstm();
  lstm_backward();
  gru();
  gru_backward();
}

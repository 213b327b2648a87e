// Learning-rate schedules: functions of the step t. Their twin is descent.live.rates.

const POLYNOMIAL = 0.5;
const DROPS = [0.4, 0.8]; // of the run, where the piecewise rate is divided by ten

/** By name: (lr, decay k, steps n) => (t) => the rate of step t. */
export const RATES = {
  constant: (lr) => () => lr,
  inverse: (lr, k) => (t) => lr / (1 + k * t),
  polynomial: (lr, k) => (t) => lr * (1 + k * t) ** -POLYNOMIAL,
  exponential: (lr, k) => (t) => lr * Math.exp(-k * t),
  piecewise: (lr, k, n) => {
    const ends = DROPS.map((share) => Math.max(1, Math.floor(share * n)));
    const rates = [lr, lr * 0.1, lr * 0.1 * 0.1];
    return (t) => rates[ends.filter((end) => end <= t).length];
  },
  cosine: (lr, k, n) => (t) => (lr * (1 + Math.cos((Math.PI * Math.min(t, n)) / n))) / 2,
};

/** As a figure's control offers them. */
export const OPTIONS = [
  ["constant", "constant"],
  ["inverse", "inverse, 1/(1 + kt)"],
  ["polynomial", "polynomial, 1/√(1 + kt)"],
  ["exponential", "exponential, e^(−kt)"],
  ["piecewise", "a tenth at 40 % and 80 %"],
  ["cosine", "cosine down to 0"],
];

/** Whether the decay k has no say in a schedule. */
export const withoutDecay = ({ schedule }) => ["constant", "piecewise", "cosine"].includes(schedule);

//! The backtracking matcher: every construct of .NET, over UTF-16 code units, with a limit on its work.
//!
//! What there is to come back to, and what to undo on the way, lies on one explicit stack. So neither a long input
//! nor a deep pattern can overflow the stack of the thread.

use super::case;
use super::error::MatchError;
use super::program::{Program, Step, Unit};
use super::steps::Steps;

/// Steps that every search may take.
const STEPS: usize = 2_000_000;
/// Steps that it may take more for each code unit of the input.
const STEPS_PER_UNIT: usize = 64;
/// How much there may be to come back to.
const FRAMES: usize = 1_000_000;

/// What to do when a try fails.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Go on there.
    Resume {
        step: usize,
        at: usize,
    },
    /// Give one unit of a greedy run back and go on after it.
    GiveBack {
        step: usize,
        at: usize,
        left: usize,
    },
    /// Take one unit more in a lazy run and go on after it.
    TakeMore {
        step: usize,
        at: usize,
        left: usize,
    },
    /// Run a lazy loop once more.
    Again {
        step: usize,
        at: usize,
    },
    UndoGroup {
        slot: usize,
        old: Option<(usize, usize)>,
    },
    UndoMark {
        mark: usize,
        old: usize,
    },
    UndoLoop {
        register: usize,
        old: Loop,
    },
}

/// The state of a loop: where its last round began, and how many rounds it is past its minimum.
#[derive(Debug, Clone, Copy, Default)]
struct Loop {
    mark: Option<usize>,
    count: i64,
}

/// A search over one input.
pub(super) struct Matcher<'a> {
    program: &'a Program,
    input: &'a [u16],
    /// Steps of all searches together.
    steps: &'a Steps,
    /// How many of them this search may still take.
    budget: usize,
    at: usize,
    search_start: usize,
    frames: Vec<Frame>,
    groups: Vec<Option<(usize, usize)>>,
    marks: Vec<usize>,
    loops: Vec<Loop>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(program: &'a Program, input: &'a [u16], steps: &'a Steps) -> Self {
        Self {
            program,
            input,
            steps,
            budget: STEPS.saturating_add(input.len().saturating_mul(STEPS_PER_UNIT)).min(steps.left()),
            at: 0,
            search_start: 0,
            frames: Vec::new(),
            groups: vec![None; program.slots],
            marks: vec![0; program.marks],
            loops: vec![Loop::default(); program.loops],
        }
    }

    /// The first match that begins at `from` or later. `search_start` is where `\G` matches.
    pub(super) fn find(&mut self, from: usize, search_start: usize) -> Result<Option<(usize, usize)>, MatchError> {
        self.search_start = search_start;
        let before = self.budget;
        let found = self.search(from);
        self.steps.spend(before - self.budget);
        match found {
            Err(MatchError::TooManySteps) if self.steps.left() == 0 => Err(MatchError::StepsUsedUp),
            found => found,
        }
    }

    fn search(&mut self, from: usize) -> Result<Option<(usize, usize)>, MatchError> {
        let last = if self.program.anchored { 0 } else { self.input.len() };
        for start in from..=last {
            self.at = start;
            self.frames.clear();
            self.charge(self.groups.len() / 8)?;
            self.groups.fill(None);
            if self.run()? {
                let span = (start.min(self.at), start.max(self.at));
                if let Some(whole) = self.groups.first_mut() {
                    *whole = Some(span);
                }
                return Ok(Some(span));
            }
        }
        Ok(None)
    }

    /// What the groups of the last match took, by slot.
    pub(super) fn groups(&self) -> &[Option<(usize, usize)>] {
        &self.groups
    }

    fn run(&mut self) -> Result<bool, MatchError> {
        let program = self.program;
        let mut next = 0;
        while let Some(step) = program.steps.get(next) {
            self.charge(1)?;
            if matches!(step, Step::Matched) {
                return Ok(true);
            }
            next = match self.step(step, next)? {
                Some(next) => next,
                None => match self.fail()? {
                    Some(next) => next,
                    None => return Ok(false),
                },
            };
        }
        Ok(false)
    }

    /// Does one step and says which comes next; `None` is a failure.
    fn step(&mut self, step: &Step, here: usize) -> Result<Option<usize>, MatchError> {
        let on = Some(here + 1);
        Ok(match step {
            Step::One { unit, back } => self.take(unit, *back).then_some(here + 1),
            Step::Many { unit, min, max, lazy, back } => {
                if !self.many(here, unit, *min, *max, *lazy, *back)? {
                    return Ok(None);
                }
                on
            }
            Step::Assert(assertion) => assertion.holds(self.input, self.at, self.search_start).then_some(here + 1),
            Step::Jump(target) => Some(*target),
            Step::Try { other } => {
                self.push(Frame::Resume { step: *other, at: self.at })?;
                on
            }
            Step::Open { mark } => {
                self.set_mark(*mark, self.at)?;
                on
            }
            Step::Close { mark, slot } => {
                let from = self.mark(*mark);
                if let Some(group) = self.groups.get_mut(*slot) {
                    let old = group.replace((from.min(self.at), from.max(self.at)));
                    self.push(Frame::UndoGroup { slot: *slot, old })?;
                }
                on
            }
            Step::LoopStart { register, count, marked } => {
                self.set_loop(*register, Loop { mark: marked.then_some(self.at), count: *count })?;
                on
            }
            Step::LoopEnd { register, body, limit, lazy } => {
                return self.loop_end(here, *register, *body, *limit, *lazy);
            }
            Step::BackReference { slot, ignore_case, back } => {
                self.back_reference(*slot, *ignore_case, *back).then_some(here + 1)
            }
            Step::IfGroup { slot, no } => match self.groups.get(*slot) {
                Some(Some(_)) => on,
                _ => Some(*no),
            },
            Step::Fence { mark } => {
                // The height is noted without this mark's own undo, which goes below it.
                self.set_mark(*mark, self.frames.len() + 1)?;
                on
            }
            Step::Commit { mark } => {
                self.commit(self.mark(*mark));
                on
            }
            Step::CommitAt { mark, place } => {
                let at = self.mark(*place);
                self.commit(self.mark(*mark));
                self.at = at;
                on
            }
            Step::FailFence { mark } => {
                let height = self.mark(*mark);
                while self.frames.len() > height {
                    if let Some(frame) = self.frames.pop() {
                        self.undo(frame);
                    }
                }
                None
            }
            Step::Matched => on,
        })
    }

    #[inline]
    fn peek(&self, back: bool) -> Option<u16> {
        let index = if back { self.at.checked_sub(1)? } else { self.at };
        self.input.get(index).copied()
    }

    #[inline]
    fn take(&mut self, unit: &Unit, back: bool) -> bool {
        let found = self.peek(back).is_some_and(|next| unit.matches(next));
        if found {
            self.at = if back { self.at - 1 } else { self.at + 1 };
        }
        found
    }

    fn many(
        &mut self,
        here: usize,
        unit: &Unit,
        min: usize,
        max: usize,
        lazy: bool,
        back: bool,
    ) -> Result<bool, MatchError> {
        let wanted = if lazy { min } else { max };
        let mut taken = 0;
        while taken < wanted && self.take(unit, back) {
            taken += 1;
        }
        // A long run is cheap, but not free.
        self.charge(taken / 8)?;
        if taken < min {
            return Ok(false);
        }
        if lazy && max > min {
            self.push(Frame::TakeMore { step: here, at: self.at, left: max - min })?;
        } else if taken > min {
            self.push(Frame::GiveBack { step: here, at: self.at, left: taken - min })?;
        }
        Ok(true)
    }

    fn loop_end(
        &mut self,
        here: usize,
        register: usize,
        body: usize,
        limit: i64,
        lazy: bool,
    ) -> Result<Option<usize>, MatchError> {
        let state = self.loops.get(register).copied().unwrap_or_default();
        let enough = state.count >= 0;
        let ended = state.count >= limit || (state.mark == Some(self.at) && enough);
        if lazy && enough {
            if !ended {
                self.push(Frame::Again { step: here, at: self.at })?;
            }
            return Ok(Some(here + 1));
        }
        if !lazy && ended {
            return Ok(Some(here + 1));
        }
        if enough {
            self.push(Frame::Resume { step: here + 1, at: self.at })?;
        }
        self.set_loop(register, Loop { mark: Some(self.at), count: state.count.saturating_add(1) })?;
        Ok(Some(body))
    }

    fn back_reference(&mut self, slot: usize, ignore_case: bool, back: bool) -> bool {
        let Some(Some((from, to))) = self.groups.get(slot).copied() else { return false };
        let length = to - from;
        let start = if back { self.at.checked_sub(length) } else { Some(self.at) };
        let Some(start) = start else { return false };
        let (Some(wanted), Some(found)) = (self.input.get(from..to), self.input.get(start..start + length)) else {
            return false;
        };
        let same = if ignore_case {
            wanted.iter().zip(found).all(|(left, right)| case::lower(*left) == case::lower(*right))
        } else {
            wanted == found
        };
        if same {
            self.at = if back { start } else { start + length };
        }
        self.budget = self.budget.saturating_sub(length / 8);
        same
    }

    /// Returns to the last thing that can be tried; `None` when there is none.
    fn fail(&mut self) -> Result<Option<usize>, MatchError> {
        let program = self.program;
        while let Some(frame) = self.frames.pop() {
            self.charge(1)?;
            match frame {
                Frame::Resume { step, at } => {
                    self.at = at;
                    return Ok(Some(step));
                }
                Frame::GiveBack { step, at, left } => {
                    let back = matches!(program.steps.get(step), Some(Step::Many { back: true, .. }));
                    self.at = if back { at + 1 } else { at - 1 };
                    if left > 1 {
                        self.push(Frame::GiveBack { step, at: self.at, left: left - 1 })?;
                    }
                    return Ok(Some(step + 1));
                }
                Frame::TakeMore { step, at, left } => {
                    self.at = at;
                    if let Some(Step::Many { unit, back, .. }) = program.steps.get(step)
                        && self.take(unit, *back)
                    {
                        if left > 1 {
                            self.push(Frame::TakeMore { step, at: self.at, left: left - 1 })?;
                        }
                        return Ok(Some(step + 1));
                    }
                }
                Frame::Again { step, at } => {
                    self.at = at;
                    if let Some(Step::LoopEnd { register, body, .. }) = program.steps.get(step) {
                        let count = self.loops.get(*register).map_or(0, |state| state.count);
                        self.set_loop(*register, Loop { mark: Some(at), count: count.saturating_add(1) })?;
                        return Ok(Some(*body));
                    }
                }
                undo => self.undo(undo),
            }
        }
        Ok(None)
    }

    fn undo(&mut self, frame: Frame) {
        match frame {
            Frame::UndoGroup { slot, old } => set(&mut self.groups, slot, old),
            Frame::UndoMark { mark, old } => set(&mut self.marks, mark, old),
            Frame::UndoLoop { register, old } => set(&mut self.loops, register, old),
            Frame::Resume { .. } | Frame::GiveBack { .. } | Frame::TakeMore { .. } | Frame::Again { .. } => {}
        }
    }

    /// Drops what could be tried since `height`; what must be undone stays.
    fn commit(&mut self, height: usize) {
        let kept = height.min(self.frames.len());
        let undos: Vec<Frame> = self
            .frames
            .drain(kept..)
            .filter(|frame| matches!(frame, Frame::UndoGroup { .. } | Frame::UndoMark { .. } | Frame::UndoLoop { .. }))
            .collect();
        self.frames.extend(undos);
    }

    #[inline]
    fn charge(&mut self, steps: usize) -> Result<(), MatchError> {
        let left = self.budget.checked_sub(steps);
        self.budget = left.unwrap_or_default();
        left.map(|_| ()).ok_or(MatchError::TooManySteps)
    }

    fn push(&mut self, frame: Frame) -> Result<(), MatchError> {
        if self.frames.len() >= FRAMES {
            return Err(MatchError::TooManySteps);
        }
        self.frames.push(frame);
        Ok(())
    }

    fn mark(&self, mark: usize) -> usize {
        self.marks.get(mark).copied().unwrap_or_default()
    }

    fn set_mark(&mut self, mark: usize, value: usize) -> Result<(), MatchError> {
        let old = self.mark(mark);
        set(&mut self.marks, mark, value);
        self.push(Frame::UndoMark { mark, old })
    }

    fn set_loop(&mut self, register: usize, state: Loop) -> Result<(), MatchError> {
        let old = self.loops.get(register).copied().unwrap_or_default();
        set(&mut self.loops, register, state);
        self.push(Frame::UndoLoop { register, old })
    }
}

fn set<T>(values: &mut [T], index: usize, value: T) {
    if let Some(place) = values.get_mut(index) {
        *place = value;
    }
}

import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  readonly title: ReactNode;
  readonly close: () => void;
  readonly children: ReactNode;
}

/** Over the page until it is answered; Escape closes it, and the keyboard goes back to what opened it. */
export function Dialog({ title, close, children }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
